// Reads topics with kafkajs. The command line is described in ../README.md.
'use strict'
const { Kafka, logLevel } = require('kafkajs')
const { parse, Output, exit, fail } = require('./contract.cjs')

// kafkajs has no assign(): that mode too joins a group of its own, and seeks.
async function positions (kafka, { topics, start, number, mode }) {
  if (start === 'beginning' || start === 'end') {
    if (mode === 'group') return [] // the reset policy does it
  }
  const admin = kafka.admin()
  await admin.connect()
  const found = []
  for (const topic of topics) {
    const offsets = start === 'time'
      ? await admin.fetchTopicOffsetsByTimestamp(topic, Number(number))
      : await admin.fetchTopicOffsets(topic)
    for (const { partition, offset, low, high } of offsets) {
      const at = { beginning: low, end: high, offset: number, time: offset }[start]
      found.push({ topic, partition, offset: at })
    }
  }
  await admin.disconnect()
  return found
}

async function main () {
  const options = parse()
  const output = new Output(options.count)
  const kafka = new Kafka({ brokers: [options.bootstrap], logLevel: logLevel.WARN })
  const starts = await positions(kafka, options)
  const consumer = kafka.consumer({ groupId: options.group })
  await consumer.connect()
  await consumer.subscribe({ topics: options.topics, fromBeginning: options.start !== 'end' })
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch, resolveOffset, isStale }) => {
      for (const m of batch.messages) {
        if (isStale()) break // seek() came while this batch was under way
        output.record(batch.topic, batch.partition, m.offset, m.timestamp, m.key, m.value)
        resolveOffset(m.offset)
      }
    }
  })
  for (const place of starts) consumer.seek(place)
  await output.done
  if (options.mode === 'group') {
    await consumer.commitOffsets([...output.positions.values()].map((place) => ({ ...place, offset: String(place.offset) })))
  }
  await consumer.disconnect()
}

main().then(exit, fail)
