/* The table of every setting: what `hindcast --help`, `config show`, docs/configuration.md and all
 * error sentences are printed from. Included by key.h and key.c only.
 *
 * X(id, section, name, flag, kind, placeholder, default, min, max, words, traits, help)
 *
 *   name        below its section, nested with dots: "log.level", "time.column"
 *   flag        NULL: none; the environment variable is made of it, else of the name (key.h)
 *   default     as a user would write it; NULL: not set
 *   min, max    of whole numbers, bytes (SIZE) and ns (DURATION); both 0: not bounded
 *   words       of a CHOICE, separated by |; of any other kind the word it takes besides
 *   traits      HC_TRAIT_..., or 0
 *
 * The rows of a section stand together.
 */
/* clang-format off */
#define HC_KEYS(X) \
X(CONFIG, ROOT, "config", "--config", PATH, "FILE", NULL, 0, 0, NULL, HC_TRAIT_NO_FILE, \
  "The configuration file, in YAML.") \
X(LISTEN, ROOT, "listen", "--listen", ADDRESS, "HOST:PORT", "127.0.0.1:9092", 0, 0, NULL, 0, \
  "Where Kafka clients connect; port 0 takes any free one, which the ready line names.") \
X(ADVERTISE, ROOT, "advertise", "--advertise", ADDRESS, "HOST:PORT", NULL, 0, 0, NULL, 0, \
  "The address that clients are told to connect to; by default the one that each of them connected to. HOST alone keeps each session's port.") \
X(HTTP, ROOT, "http", "--http", ADDRESS, "HOST:PORT|off", "127.0.0.1:9644", 0, 0, "off", HC_TRAIT_NO_ENVIRONMENT, \
  "Where health, metrics, sessions and topics are shown over HTTP.") \
X(DATA_DIR, ROOT, "data-dir", "--data-dir", PATH, "DIR", NULL, 0, 0, NULL, 0, \
  "Keeps committed offsets and the state of the sessions, for one process at a time; without it every start is fresh.") \
X(CACHE_DIR, ROOT, "cache-dir", "--cache-dir", PATH, "DIR", NULL, 0, 0, NULL, 0, \
  "Keeps what was loaded, by topic identity, for any number of processes; by default hindcast below the XDG cache directory.") \
X(CACHE_LIMIT, ROOT, "cache-limit", "--cache-limit", SIZE, "SIZE", "off", 1 << 20, INT64_MAX, "off", 0, \
  "Above this size the topics used longest ago, and not in use now, leave the cache directory.") \
X(READY_FILE, ROOT, "ready-file", "--ready-file", PATH, "FILE", NULL, 0, 0, NULL, 0, \
  "Gets the ready line as well, by renaming a finished file into place.") \
X(FRESH, ROOT, "fresh", "--fresh", BOOL, "", "false", 0, 0, NULL, HC_TRAIT_NO_FILE, \
  "Starts at `from` though the data directory knows better, and forgets its groups.") \
X(LOG_LEVEL, ROOT, "log.level", "--log-level", CHOICE, "LEVEL", "info", 0, 0, "error|warn|info|debug", HC_TRAIT_RELOAD, \
  "The least severe events that are logged to standard error.") \
X(LOG_FORMAT, ROOT, "log.format", "--log-format", CHOICE, "FORMAT", "auto", 0, 0, "auto|text|json", HC_TRAIT_RELOAD, \
  "How events are written; auto is text on a terminal and JSON elsewhere.") \
X(LIMIT_CONNECTIONS, ROOT, "limits.connections", NULL, INTEGER, "N|auto", "auto", 1, 1000000, "auto", 0, \
  "Connections beyond this many are accepted and closed; auto: 64 fewer than the file descriptors the process may open.") \
X(LIMIT_FRAME, ROOT, "limits.frame-bytes", NULL, SIZE, "SIZE", "1MiB", 1 << 10, 1 << 30, NULL, 0, \
  "The longest request; those of consumers stay far below.") \
X(LIMIT_FIRST_FRAME, ROOT, "limits.first-frame-bytes", NULL, SIZE, "SIZE", "16KiB", 1 << 8, 1 << 30, NULL, 0, \
  "The longest request of a connection that has not yet sent a valid one, so that strangers cost little.") \
X(LIMIT_RESPONSE, ROOT, "limits.response-bytes", NULL, SIZE, "SIZE", "55MiB", 1 << 10, 1 << 30, NULL, 0, \
  "The record bytes in one Fetch answer, as in Redpanda; the first batch is always sent whole.") \
X(LIMIT_REQUEST_MEMORY, ROOT, "limits.request-memory", NULL, SIZE, "SIZE", "4352KiB", 1 << 16, 1 << 30, NULL, 0, \
  "The memory that one decoded request may take: four times the longest request and 256 KiB.") \
X(LIMIT_PIPELINED, ROOT, "limits.pipelined-bytes", NULL, SIZE, "SIZE", "16KiB", 1 << 8, 1 << 30, NULL, 0, \
  "What is read ahead behind a request in work; then the connection is not read until it is answered.") \
X(LIMIT_FIRST_REQUEST, ROOT, "limits.first-request", NULL, DURATION, "DURATION", "10s", HC_NS_PER_MS, HC_NS_PER_S * 86400, NULL, 0, \
  "A connection that has not sent its first request by then is closed.") \
X(LIMIT_FRAME_TIME, ROOT, "limits.frame-time", NULL, DURATION, "DURATION", "30s", HC_NS_PER_MS, HC_NS_PER_S * 86400, NULL, 0, \
  "From the first byte of a request to its last.") \
X(LIMIT_IDLE, ROOT, "limits.idle", NULL, DURATION, "DURATION", "10m", HC_NS_PER_MS, HC_NS_PER_S * 86400 * 30, NULL, 0, \
  "A connection without any request for so long is closed, as in Kafka.") \
X(LIMIT_WRITE_STALL, ROOT, "limits.write-stall", NULL, DURATION, "DURATION", "60s", HC_NS_PER_MS, HC_NS_PER_S * 86400, NULL, 0, \
  "A connection that takes no byte of its answer for so long is closed.") \
X(LIMIT_FETCH_WAIT, ROOT, "limits.fetch-wait", NULL, DURATION, "DURATION", "30s", HC_NS_PER_MS, HC_NS_PER_S * 3600, NULL, 0, \
  "The longest that a Fetch may wait for records, whatever it asks for.") \
X(LIMIT_FETCH_PARTITIONS, ROOT, "limits.fetch-partitions", NULL, INTEGER, "N", "10000", 1, 1000000, NULL, 0, \
  "Partitions in one Fetch request or fetch session.") \
X(LIMIT_GROUPS, ROOT, "limits.groups", NULL, INTEGER, "N", "10000", 1, 1000000, NULL, 0, \
  "Consumer groups of one session that have members or are remembered as empty.") \
X(LIMIT_MEMBERS, ROOT, "limits.group-members", NULL, INTEGER, "N", "1000", 1, 100000, NULL, 0, \
  "Members of one group, those that have an id and have not joined yet included.") \
X(LIMIT_PROTOCOLS, ROOT, "limits.group-protocols", NULL, INTEGER, "N", "16", 1, 1000, NULL, 0, \
  "Assignment protocols in one JoinGroup; clients send one to three.") \
X(LIMIT_METADATA, ROOT, "limits.group-metadata-bytes", NULL, SIZE, "SIZE", "64KiB", 1 << 8, 1 << 26, NULL, 0, \
  "Metadata of one assignment protocol of one member.") \
X(LIMIT_ASSIGNMENT, ROOT, "limits.group-assignment-bytes", NULL, SIZE, "SIZE", "1MiB", 1 << 8, 1 << 28, NULL, 0, \
  "All assignments of one SyncGroup together.") \
X(LIMIT_NAME, ROOT, "limits.group-name-bytes", NULL, SIZE, "SIZE", "255", 1, 32767, NULL, 0, \
  "The length of group ids and group instance ids.") \
X(MIRROR_TARGET, ROOT, "mirror.target", "--target", TEXT, "HOST:PORT,...", NULL, 0, 0, NULL, 0, \
  "Brokers of the Kafka or Redpanda cluster that the session main is mirrored into.") \
X(MIRROR_NAME, ROOT, "mirror.name", "--name", TEXT, "NAME", "main", 0, 0, NULL, 0, \
  "Who the mirror is: a newer one of the same name at the same cluster takes over and goes on where it was.") \
X(MIRROR_PREFIX, ROOT, "mirror.prefix", "--prefix", TEXT, "TEXT", NULL, 0, 0, NULL, 0, \
  "Put before each topic's name in the target.") \
X(MIRROR_MAP, ROOT, "mirror.map", "--map", PAIRS, "TOPIC=TARGET", NULL, 0, 0, NULL, HC_TRAIT_REPEAT, \
  "The name of a topic in the target, without the prefix; the flag may be repeated.") \
X(MIRROR_DELIVERY, ROOT, "mirror.delivery", "--delivery", CHOICE, "HOW", "exactly-once", 0, 0, "exactly-once|at-least-once", 0, \
  "With transactions every record is there once, whatever dies; at-least-once is for clusters without them.") \
X(MIRROR_OFFSETS, ROOT, "mirror.offsets", "--offsets", CHOICE, "any|exact", "any", 0, 0, "any|exact", 0, \
  "Whether a record has the same offset in the target: only in empty topics, and without transactions, which take offsets.") \
X(MIRROR_TIMESTAMPS, ROOT, "mirror.timestamps", "--timestamps", CHOICE, "record|now", "record", 0, 0, "record|now", 0, \
  "The timestamps of the records, or the wall time of sending, for clusters that delete by age.") \
X(MIRROR_POLICY, ROOT, "mirror.policy", "--policy", CHOICE, "wait|run", "wait", 0, 0, "wait|run", 0, \
  "Whether the clock waits for a slow cluster, or runs on and the mirror catches up.") \
X(MIRROR_MARKERS, ROOT, "mirror.markers", "--marker", PAIRS, "K=V", NULL, 0, 0, NULL, HC_TRAIT_REPEAT, \
  "A further header on every mirrored record; the flag may be repeated.") \
X(MIRROR_CREATE, ROOT, "mirror.create", "--create", BOOL, "", "false", 0, 0, NULL, 0, \
  "Makes target topics that do not exist, with as many partitions and without retention.") \
X(MIRROR_DRY_RUN, ROOT, "mirror.dry-run", "--dry-run", BOOL, "", "false", 0, 0, NULL, HC_TRAIT_NO_FILE, \
  "Looks at the cluster, says what is wrong, and ends.") \
X(MIRROR_RESTART, ROOT, "mirror.restart", "--restart", BOOL, "", "false", 0, 0, NULL, HC_TRAIT_NO_FILE, \
  "Begins anew, knowingly: what an earlier mirror of this name wrote stays, and is written again.") \
X(MIRROR_PROPERTIES, ROOT, "mirror.properties", "-X", PAIRS, "PROPERTY=VALUE", NULL, 0, 0, NULL, HC_TRAIT_REPEAT | HC_TRAIT_NO_ENVIRONMENT, \
  "A property of librdkafka, for security above all; the value may be file:PATH or env:NAME, and secrets must be.") \
X(GROUP_DELAY, ROOT, "groups.initial-rebalance-delay", NULL, DURATION, "DURATION", "0s", 0, HC_NS_PER_S * 3600, NULL, 0, \
  "How long the first rebalance of an empty group waits for more members; Kafka waits 3 s, here a lone member joins at once.") \
X(GROUP_SESSION_MIN, ROOT, "groups.session-timeout-min", NULL, DURATION, "DURATION", "100ms", HC_NS_PER_MS, HC_NS_PER_S * 86400, NULL, 0, \
  "The shortest session timeout a member may ask for; tests of failures should not take Kafka's 6 s.") \
X(GROUP_SESSION_MAX, ROOT, "groups.session-timeout-max", NULL, DURATION, "DURATION", "30m", HC_NS_PER_MS, HC_NS_PER_S * 86400, NULL, 0, \
  "The longest session timeout a member may ask for, as in Kafka.") \
X(GROUP_DISCONNECT, ROOT, "groups.on-disconnect", NULL, DISCONNECT, "keep|expel-after DURATION", "keep", 0, 0, NULL, 0, \
  "What a vanished connection means for its member: nothing until its session times out, as in Kafka, or removal after so long; static members are always kept.") \
X(GROUP_PENDING, ROOT, "groups.pending-time", NULL, DURATION, "DURATION", "10s", HC_NS_PER_MS, HC_NS_PER_S * 3600, NULL, 0, \
  "How long a member id that was given out and not used is remembered.") \
X(GROUP_NEW_MEMBER, ROOT, "groups.new-member-wait", NULL, DURATION, "DURATION", "5m", HC_NS_PER_MS, HC_NS_PER_S * 86400, NULL, 0, \
  "How long a JoinGroup without a member id may wait for its rebalance, as in Kafka.") \
X(SOURCE, TOPIC, "source", "--source", TEXT, "URI", "demo:", 0, 0, NULL, 0, \
  "Where the rows come from: demo: is the built-in synthetic market, csv:PATH-OR-PATTERN files, postgresql://USER@HOST/DATABASE tables of a database (as libpq takes it); or a name in `sources`. Starts a topic of its own each time it is given as a flag.") \
X(TOPIC, TOPIC, "topic", "--topic", TEXT, "TEMPLATE", NULL, 0, 0, NULL, HC_TRAIT_NO_FILE, \
  "The topic's name, by default `candles`, of a database {table}; in the file the key below `topics`. {table} {symbol} {exchange} {interval} {interval-long} in it make one topic for each.") \
X(TABLE, TOPIC, "table", "--table", LIST, "[SCHEMA.]NAME", NULL, 0, 0, NULL, HC_TRAIT_REPEAT, \
  "The tables or views of a database to serve, by default every candle table found in it; the flag may be repeated.") \
X(QUERY, TOPIC, "query", "--query", TEXT, "SQL", NULL, 0, 0, NULL, 0, \
  "A SELECT whose rows are served in place of a table's.") \
X(SYMBOLS, TOPIC, "symbols", "--symbols", LIST, "GLOB,...", NULL, 0, 0, NULL, 0, \
  "Only these symbols; @FILE reads names from a file, one on each line.") \
X(EXCLUDE_SYMBOLS, TOPIC, "exclude-symbols", "--exclude-symbols", LIST, "GLOB,...", NULL, 0, 0, NULL, 0, \
  "Without these symbols; @FILE reads names from a file, one on each line.") \
X(SYMBOL, TOPIC, "symbol", "--symbol", TEXT, "TEXT", NULL, 0, 0, NULL, 0, \
  "The symbol of files that do not name it; a pattern may say it as well: csv:data/{symbol}-{interval}.csv.") \
X(COLUMNS, TOPIC, "columns", "--columns", LIST, "NAME,...", NULL, 0, 0, NULL, 0, \
  "The names of the columns of a file without header, in their order.") \
X(TIME_COLUMN, TOPIC, "time.column", "--time", TEXT, "COLUMN", NULL, 0, 0, NULL, 0, \
  "The column that holds the time; found where only one can be meant.") \
X(TIME_STAMP, TOPIC, "time.stamp", "--stamp", CHOICE, "open|close", "open", 0, 0, "open|close", 0, \
  "Whether that column is the time at which a bar opens or closes.") \
X(TIME_UNIT, TOPIC, "time.unit", "--time-unit", TEXT, "UNIT", "auto", 0, 0, NULL, 0, \
  "auto (10, 13, 16, 19 digits are s, ms, us, ns), s, ms, us, ns, iso, or a format as of strptime.") \
X(TIME_ZONE, TOPIC, "time.zone", "--timezone", TEXT, "ZONE", "UTC", 0, 0, NULL, 0, \
  "The zone of times that name none, and of calendar intervals: a name such as Europe/Berlin, or +03:00.") \
X(INTERVAL, TOPIC, "interval", "--interval", INTERVAL, "DURATION", NULL, 0, 0, NULL, 0, \
  "The length of a bar (1m 1h 1d 1w 1mo; 0: events), or {column: NAME}; detected, and said.") \
X(VISIBLE, TOPIC, "visible", "--visible", CHOICE, "close|open", "close", 0, 0, "close|open", 0, \
  "When a bar appears: at its close, or at its open, which is look-ahead.") \
X(PUBLISH_DELAY, TOPIC, "publish-delay", "--publish-delay", DURATION, "DURATION", "0s", 0, HC_NS_PER_S * 86400 * 366, NULL, 0, \
  "How long after its close a bar appears.") \
X(TIMESTAMP, TOPIC, "timestamp", "--timestamp", CHOICE, "visible|open", "visible", 0, 0, "visible|open", 0, \
  "Which time the timestamp of a record carries.") \
X(KEY, TOPIC, "key", "--key", LIST, "COLUMN,...|none", NULL, 0, 0, NULL, 0, \
  "The columns whose text, joined by a colon, is the key of a record; by default the symbol, none: null.") \
X(PARTITIONS, TOPIC, "partitions", "--partitions", INTEGER, "N", "1", 1, 10000, NULL, 0, \
  "Partitions of the topic; a key goes where the Java client would send it.") \
X(FIELDS, TOPIC, "fields", "--fields", FIELDS, "SPEC", NULL, 0, 0, NULL, 0, \
  "The fields of the JSON value: t=timestamp,pair,o=open,source='simulator' picks, renames, adds constants; in the file also [{name, from or const, as}]. By default all columns.") \
X(NUMBERS, TOPIC, "numbers", "--numbers", CHOICE, "number|string", "number", 0, 0, "number|string", 0, \
  "Whether numbers stand in the JSON value as they are, or in quotes.") \
X(NONFINITE, TOPIC, "nonfinite", "--nonfinite", CHOICE, "RULE", "refuse", 0, 0, "refuse|null", 0, \
  "What becomes of a row that holds NaN or an infinity, which JSON cannot: it is refused, or null stands in their place.") \
X(HEADERS, TOPIC, "headers", "--header", PAIRS, "K=V", NULL, 0, 0, NULL, HC_TRAIT_REPEAT, \
  "A header that every record carries; the flag may be repeated.") \
X(COMPRESSION, TOPIC, "compression", "--compression", CHOICE, "CODEC", "none", 0, 0, "none|zstd|lz4|snappy|gzip", 0, \
  "The codec of the record batches.") \
X(DUPLICATES, TOPIC, "duplicates", "--duplicates", CHOICE, "RULE", "auto", 0, 0, "auto|keep|drop-identical|last|refuse", 0, \
  "What rows of the same key and time are; auto: of bars identical ones are dropped and others refused, events are kept.") \
X(MAX_REFUSED, TOPIC, "max-refused", "--max-refused", INTEGER, "N", "0", 0, INT64_MAX, NULL, 0, \
  "How many rows may be refused before loading stops.") \
X(RANGE, TOPIC, "range", "--range", RANGE, "FROM..TO", NULL, 0, 0, NULL, 0, \
  "The open times of the rows that are loaded; by default those that the session main needs.") \
X(REFRESH, TOPIC, "refresh", "--refresh", BOOL, "", "false", 0, 0, NULL, HC_TRAIT_NO_FILE, \
  "Loads again though the source proves unchanged.") \
X(FROM, SESSION, "from", "--from", TIME, "TIME", NULL, 0, 0, NULL, 0, \
  "Where the market clock starts; by default at the first visible instant.") \
X(TO, SESSION, "to", "--to", TIME, "TIME", NULL, 0, 0, NULL, 0, \
  "Rows that open at this time or later are not part of the session.") \
X(END, SESSION, "end", "--end", CHOICE, "close|to", "close", 0, 0, "close|to", 0, \
  "Where the market clock ends: at the last visible instant, or at `to`.") \
X(WARMUP, SESSION, "warmup", "--warmup", DURATION, "DURATION", "0s", 0, INT64_MAX, NULL, HC_TRAIT_MONTHS, \
  "Rows of so long before `from` are in the log from the first moment.") \
X(SPEED, SESSION, "speed", "--speed", SPEED, "N|max", "1", 0, 0, NULL, 0, \
  "Market time for each unit of wall time: a decimal number above 0, or max for as fast as can be.") \
X(MAX_IDLE, SESSION, "max-idle", "--max-idle", DURATION, "DURATION|off", "off", HC_NS_PER_MS, HC_NS_PER_S * 86400 * 366, "off", 0, \
  "After so much silence in wall time the clock jumps onto the next visible instant, if that is further away; 5s where every source is demo:.") \
X(START, SESSION, "start", "--start", START, "CONDITION", "now", 0, 0, NULL, 0, \
  "When the clock starts: now, paused (by command), first-consumer, or members:N[@GROUP].") \
X(START_TIMEOUT, SESSION, "start-timeout", "--start-timeout", DURATION, "DURATION|off", "off", HC_NS_PER_MS, HC_NS_PER_S * 86400 * 366, "off", 0, \
  "If the clock has not started by then, the process ends with status 8.") \
X(ON_END, SESSION, "on-end", "--on-end", CHOICE, "hold|exit|loop", "hold", 0, 0, "hold|exit|loop", 0, \
  "What happens at the end: go on serving, or end or begin again once consumers have read and committed everything.") \
X(DRAIN_TIMEOUT, SESSION, "drain-timeout", "--drain-timeout", DURATION, "DURATION", "30s", 0, HC_NS_PER_S * 86400 * 366, NULL, 0, \
  "How long after the end `exit` and `loop` wait for consumers that are behind.") \
X(REWIND_SETTLE, SESSION, "rewind-settle", "--rewind-settle", DURATION, "DURATION", "2s", 0, HC_NS_PER_S * 3600, NULL, 0, \
  "How long the clock stands at most after going back, until every connection that had read on has been told.") \
X(LOCKSTEP, SESSION, "lockstep", "--lockstep", LIST, "GROUP,...", NULL, 0, 0, NULL, 0, \
  "The market moves on when each of these groups has committed everything up to the present instant; the speed is max then, unless one is given.") \
X(LOCKSTEP_CLIENTS, SESSION, "lockstep-clients", "--lockstep-clients", LIST, "GLOB[=N],...", NULL, 0, 0, NULL, 0, \
  "The market moves on when every client whose id matches has fetched everything up to the present instant; N: so many of them at least (1).") \
X(LOCKSTEP_LEAD, SESSION, "lockstep-lead", "--lockstep-lead", INTEGER, "N", "0", 0, 100000, NULL, 0, \
  "How many instants the market may be ahead of consumers in lockstep.") \
X(LOCKSTEP_TIMEOUT, SESSION, "lockstep-timeout", "--lockstep-timeout", DURATION, "DURATION|off", "off", HC_NS_PER_MS, HC_NS_PER_S * 86400 * 366, "off", 0, \
  "How long in wall time the market waits in lockstep before it does what `lockstep-on-timeout` says.") \
X(LOCKSTEP_ON_TIMEOUT, SESSION, "lockstep-on-timeout", "--lockstep-on-timeout", CHOICE, "RULE", "hold", 0, 0, "hold|continue|fail", 0, \
  "What happens then: only a warning, on to the next instant, or the end of the process with status 8; `run`: fail.") \
X(SESSION_LISTEN, SESSION, "listen", NULL, ADDRESS, "HOST:PORT", "127.0.0.1:0", 0, 0, NULL, HC_TRAIT_NOT_MAIN, \
  "Where the Kafka clients of this session connect.") \
X(SESSION_TTL, SESSION, "ttl", NULL, DURATION, "DURATION|off", "off", HC_NS_PER_MS, HC_NS_PER_S * 86400 * 366, "off", HC_TRAIT_NOT_MAIN, \
  "The session is removed so long after it was made; its offsets are kept in memory only.") \
X(SESSION_TOPICS, SESSION, "topics", NULL, LIST, "NAME,...", NULL, 0, 0, NULL, HC_TRAIT_NOT_MAIN, \
  "The topics that this session serves; by default all.")
/* clang-format on */
