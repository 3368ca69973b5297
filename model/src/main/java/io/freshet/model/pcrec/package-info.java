/**
 * Cross-domain embeddings by PCRec (Wang et al. 2021, arXiv 2111.08268): a graph encoder learnt on
 * a source domain gives the first vectors of the target domain's users and items.
 */
package io.freshet.model.pcrec;
