// What people write instead of a replay: rows of a CSV file, each produced to Kafka with kafkajs, at full speed.
//
//     node obvious_script.cjs BOOTSTRAP TOPIC FILE
const fs = require("fs");
const readline = require("readline");
const { Kafka, Partitioners } = require("kafkajs");

async function main([bootstrap, topic, file]) {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: 1 });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  let names = null;
  let messages = [];
  for await (const line of readline.createInterface({ input: fs.createReadStream(file) })) {
    const cells = line.split(",");
    if (!names) {
      names = cells;
      continue;
    }
    const row = Object.fromEntries(names.map((name, i) => [name, name === "symbol" ? cells[i] : Number(cells[i])]));
    messages.push({ key: row.symbol, value: JSON.stringify(row), timestamp: String(row.open_time) });
    if (messages.length === 500) {
      await producer.send({ topic, messages });
      messages = [];
    }
  }
  if (messages.length > 0) {
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
}

main(process.argv.slice(2)).catch((problem) => {
  console.error(String(problem));
  process.exit(1);
});
