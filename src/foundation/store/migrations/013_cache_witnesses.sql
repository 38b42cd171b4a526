-- Readable from 012.
-- Hits by meaning for which several questions spoke, and what a judgement takes away.

-- How much nearer those questions were than such as have another answer. Null: one question in nearly the same words.
ALTER TABLE semantic_hit ADD COLUMN margin real;

-- An answer that a person found wrong is not given by meaning again.
GRANT SELECT (run) ON cache_entry TO bulkhead_api;
