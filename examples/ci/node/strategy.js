// A service that watches for large moves: tells each bar whose close lies more than a threshold from the one before.
import kafkajs from "kafkajs";

const { Kafka, logLevel } = kafkajs;

export function makeDetector(threshold) {
  let last = null;
  return (close) => {
    const move = last === null ? 0 : (close - last) / last;
    last = close;
    return Math.abs(move) > threshold ? move : null;
  };
}

// Reads `bars` bars, commits each before the next, and resolves with the moves.
export async function run(bootstrap, threshold, bars) {
  const kafka = new Kafka({ clientId: "strategy", brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: "strategy", maxWaitTimeInMs: 100 });
  const detect = makeDetector(threshold);
  const moves = [];
  let seen = 0;
  await consumer.connect();
  await consumer.subscribe({ topics: ["candles"], fromBeginning: true });
  await new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, (event) => reject(event.payload.error));
    consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        const move = detect(Number(JSON.parse(message.value).close));
        if (move !== null) moves.push({ time: Number(message.timestamp), move });
        const offset = (BigInt(message.offset) + 1n).toString();
        await consumer.commitOffsets([{ topic, partition, offset }]);
        if (++seen === bars) resolve();
      },
    });
  });
  await new Promise((resolve) => setTimeout(resolve, 500)); // asks once more: there is nothing left
  await consumer.disconnect();
  return moves;
}
