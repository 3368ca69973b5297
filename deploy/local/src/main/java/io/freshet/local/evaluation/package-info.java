/** {@code ./freshet evaluate}: models trained and compared, with a report. */
package io.freshet.local.evaluation;
