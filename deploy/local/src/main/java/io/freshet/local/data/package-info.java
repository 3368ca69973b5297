/** Clicks from files that people have, and from a shop that nobody has. */
package io.freshet.local.data;
