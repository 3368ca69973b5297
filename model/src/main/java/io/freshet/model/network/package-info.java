/**
 * What the networks that score candidates have in common: rows for ids, weights, training, scoring.
 *
 * <p>The letters of every shape: B requests, C candidates, N positions of the sequence, T rows that
 * attend (N + 1 with the target item), D width of a row, H heads.
 *
 * <p>PyTorch unpacks its native library once, 440 MB, into {@code .djl.ai} of the home folder;
 * environment variable or system property {@code DJL_CACHE_DIR} names another folder. {@code
 * -Dai.djl.offline=true} keeps it from ever looking for a download; {@code
 * -Dai.djl.pytorch.num_threads} sets how many cores one score call uses.
 */
package io.freshet.model.network;
