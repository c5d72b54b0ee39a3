/** The turn store in DynamoDB: batches, conditions, and what is done when it throttles or is gone. */
@NullMarked
package dev.parley.persistence.dynamodb;

import org.jspecify.annotations.NullMarked;
