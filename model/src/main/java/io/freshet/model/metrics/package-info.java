/** How good a ranking is. */
package io.freshet.model.metrics;
