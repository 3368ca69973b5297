/** Freshet. */
package io.freshet.streaming;
