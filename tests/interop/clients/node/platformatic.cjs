// Reads topics with @platformatic/kafka, 1.x and 2.x. The command line is described in ../README.md.
'use strict'
const { parse, Output, exit, fail } = require('./contract.cjs')

// It has no assign(): that mode too joins a group of its own, and says where every partition starts.
async function startOf (consumer, { topics, start, number, mode }) {
  if (start === 'beginning' || start === 'end') {
    const fallbackMode = start === 'end' ? 'latest' : 'earliest'
    return mode === 'group' ? { mode: 'committed', fallbackMode } : { mode: fallbackMode }
  }
  const offsets = []
  for (const topic of topics) {
    const ends = (await consumer.listOffsets({ topics: [topic] })).get(topic)
    const found = start === 'time'
      ? (await consumer.listOffsetsWithTimestamps({ topics: [topic], timestamp: BigInt(number) })).get(topic)
      : undefined
    ends.forEach((end, partition) => {
      let offset = found ? found.get(partition).offset : BigInt(number)
      if (offset < 0n) offset = end // no record at or after that time
      offsets.push({ topic, partition, offset })
    })
  }
  return { mode: 'manual', offsets }
}

async function main () {
  const { Consumer } = await import('@platformatic/kafka')
  const options = parse()
  const output = new Output(options.count)
  const consumer = new Consumer({
    groupId: options.group,
    clientId: 'platformatic',
    bootstrapBrokers: [options.bootstrap],
    autocommit: false
  })
  const stream = await consumer.consume({ topics: options.topics, ...await startOf(consumer, options) })
  stream.on('data', (m) => output.record(m.topic, m.partition, m.offset, m.timestamp, m.key, m.value))
  stream.on('error', fail)
  await output.done
  if (options.mode === 'group') {
    await consumer.commit({ offsets: [...output.positions.values()].map((place) => ({ ...place, leaderEpoch: -1 })) })
  }
  await consumer.close(true)
}

main().then(exit, fail)
