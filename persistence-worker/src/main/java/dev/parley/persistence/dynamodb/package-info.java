/** The turn store in DynamoDB. */
@NullMarked
package dev.parley.persistence.dynamodb;

import org.jspecify.annotations.NullMarked;
