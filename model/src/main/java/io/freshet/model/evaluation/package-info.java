/** How models are compared: what each of them learns from, and what it is then asked. */
package io.freshet.model.evaluation;
