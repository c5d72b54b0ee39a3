/** The main class of the DynamoDB Local process. */
@NullMarked
package dev.parley.localstack.dynamodb;

import org.jspecify.annotations.NullMarked;
