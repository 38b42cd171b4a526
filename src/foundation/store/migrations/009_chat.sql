-- Chats: runs of one model call that a client asks for. Code from before would take their input for a message to
-- the agent whose limits they have.

ALTER TABLE run DROP CONSTRAINT run_kind_check;
ALTER TABLE run ADD CONSTRAINT run_kind_check CHECK (kind IN ('agent', 'workflow', 'chat')) NOT VALID;
ALTER TABLE run VALIDATE CONSTRAINT run_kind_check;
