// Reads topics with @confluentinc/kafka-javascript. The command line is described in ../README.md.
'use strict'
const { promisify } = require('node:util')
const { KafkaConsumer, CODES } = require('@confluentinc/kafka-javascript')
const { parse, Output, exit, fail } = require('./contract.cjs')

const BEGINNING = -2
const END = -1
const WAIT_MS = 10000

async function withStart (consumer, { start, number }, partitions) {
  const offset = { beginning: BEGINNING, end: END }[start] ?? Number(number)
  const list = partitions.map(({ topic, partition }) => ({ topic, partition, offset }))
  return start === 'time' ? promisify(consumer.offsetsForTimes).call(consumer, list, WAIT_MS) : list
}

async function allPartitions (consumer, topics) {
  const metadata = await promisify(consumer.getMetadata).call(consumer, { timeout: WAIT_MS })
  return metadata.topics.filter(({ name }) => topics.includes(name))
    .flatMap(({ name, partitions }) => partitions.map(({ id }) => ({ topic: name, partition: id })))
}

async function main () {
  const options = parse()
  const output = new Output(options.count)
  const onRebalance = async (error, partitions) => {
    if (error.code !== CODES.ERRORS.ERR__ASSIGN_PARTITIONS) return consumer.unassign()
    const seeks = options.start === 'offset' || options.start === 'time'
    consumer.assign(seeks ? await withStart(consumer, options, partitions) : partitions)
  }
  const consumer = new KafkaConsumer({
    'bootstrap.servers': options.bootstrap,
    'group.id': options.group,
    ...(options.mode === 'group' && { rebalance_cb: (...event) => { onRebalance(...event).catch(fail) } })
  }, { 'auto.offset.reset': options.start === 'end' ? 'latest' : 'earliest' })
  await new Promise((resolve, reject) => consumer.connect({}, (error) => error ? reject(error) : resolve()))
  if (options.mode === 'assign') {
    consumer.assign(await withStart(consumer, options, await allPartitions(consumer, options.topics)))
  } else {
    consumer.subscribe(options.topics)
  }
  const consume = promisify(consumer.consume).bind(consumer)
  while (output.left > 0) {
    for (const m of await consume(Math.min(output.left, 1000))) {
      output.record(m.topic, m.partition, m.offset, m.timestamp, m.key, m.value)
    }
  }
  if (options.mode === 'group') {
    consumer.commitSync([...output.positions.values()].map((place) => ({ ...place, offset: Number(place.offset) })))
  }
  await new Promise((resolve) => consumer.disconnect(resolve))
}

main().then(exit, fail)
