// The command line and the output that all the programs here share; see ../README.md.
'use strict'
const { parseArgs } = require('node:util')

const names = ['bootstrap', 'topics', 'mode', 'group', 'from', 'count']
const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]))

// {bootstrap, topics, mode, group, count, start: beginning | end | offset | time, number}
exports.parse = () => {
  const { values } = parseArgs({ options })
  const [start, number] = values.from.split(':')
  return { ...values, topics: values.topics.split(','), count: Number(values.count), start, number }
}

const text = (data) => (data === null || data === undefined ? '-' : data.toString('base64'))

// Prints records until the wanted number is reached; knows the positions after them.
exports.Output = class {
  constructor (count) {
    this.left = count
    this.positions = new Map()
    this.done = new Promise((resolve) => { this.finish = resolve })
  }

  record (topic, partition, offset, timestamp, key, value) {
    if (this.left === 0) return
    process.stdout.write(`${topic}\t${partition}\t${offset}\t${timestamp}\t${text(key)}\t${text(value)}\n`)
    this.positions.set(`${topic}\t${partition}`, { topic, partition, offset: BigInt(offset) + 1n })
    if (--this.left === 0) this.finish()
  }
}

// Ends the program once everything printed has left it.
exports.exit = () => process.stdout.write('', () => process.exit(0))
exports.fail = (error) => {
  console.error(error)
  process.exit(1)
}
