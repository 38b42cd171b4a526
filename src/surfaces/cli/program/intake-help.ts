/** What `bulkhead help intake` says beyond its options: the file, and a message on each broker. */
export const INTAKE_HELP = `The file: {"sources": [{"broker": "$RABBITMQ_URL", "queue": "runs", "replyTo": ["results"]}]}
  broker      redis://host:6379, amqp://user:password@host:5672, sqs://?region=…, or $NAME of the environment
  queue       a stream of Redis, a queue of RabbitMQ, the name or URL of a queue of SQS
  name        of the source in logs; default: the queue
  tenant      whose runs they become; default: the server's own tenant
  deadLetter  for messages that can never become a run, with the reason; default: runs:dead on Redis,
              runs.dead on RabbitMQ; SQS needs one
  replyTo     the queues that results may go to; default: none
  prefetch    messages under way at once; default: 32

A message: its body is what POST /v1/runs takes, as {"agent": "support", "input": "Is my line up?"}
  Redis       fields body, messageId (else the entry's id) and replyTo:
              XADD runs * messageId m-1 replyTo results body '{"agent":…}'
  RabbitMQ    properties messageId (needed; or the header bulkhead-message-id) and replyTo
  SQS         attributes bulkhead-message-id (else the MessageId) and bulkhead-reply-to
The same message again makes no second run; another body under its id goes to the dead letters. On RabbitMQ
a result has the correlationId of its message.
`;
