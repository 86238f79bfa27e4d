// Reads topics with segmentio/kafka-go. The command line is described in ../../README.md.
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"
	"hindcast.test/clients/contract"
)

func main() {
	options := contract.Parse()
	if options.InGroup() {
		readGroup(context.Background(), options)
	} else {
		readPartitions(context.Background(), options)
	}
}

func partitionsOf(ctx context.Context, options contract.Options) []kafka.Partition {
	partitions, err := (&kafka.Dialer{}).LookupPartitions(ctx, "tcp", options.Bootstrap, options.Topics[0])
	contract.Check(err)
	for _, topic := range options.Topics[1:] {
		more, err := (&kafka.Dialer{}).LookupPartitions(ctx, "tcp", options.Bootstrap, topic)
		contract.Check(err)
		partitions = append(partitions, more...)
	}
	return partitions
}

func readPartitions(ctx context.Context, options contract.Options) {
	messages := make(chan kafka.Message)
	for _, partition := range partitionsOf(ctx, options) {
		reader := kafka.NewReader(kafka.ReaderConfig{
			Brokers: []string{options.Bootstrap}, Topic: partition.Topic, Partition: partition.ID,
		})
		contract.Check(setStart(ctx, reader, options))
		go func() {
			for {
				message, err := reader.ReadMessage(ctx)
				contract.Check(err)
				messages <- message
			}
		}()
	}
	output := contract.NewOutput(options)
	for output.Left > 0 {
		printMessage(output, <-messages)
	}
}

func setStart(ctx context.Context, reader *kafka.Reader, options contract.Options) error {
	switch options.Start {
	case "beginning":
		return reader.SetOffset(kafka.FirstOffset)
	case "end":
		return reader.SetOffset(kafka.LastOffset)
	case "offset":
		return reader.SetOffset(options.Number)
	}
	return reader.SetOffsetAt(ctx, options.Time())
}

func printMessage(output *contract.Output, m kafka.Message) {
	output.Record(contract.Place{Topic: m.Topic, Partition: int32(m.Partition)}, m.Offset, m.Time, m.Key, m.Value)
	output.Flush()
}

func readGroup(ctx context.Context, options contract.Options) {
	if options.Start == "offset" || options.Start == "time" {
		commitStart(ctx, options)
	}
	start := kafka.FirstOffset
	if options.Start == "end" {
		start = kafka.LastOffset
	}
	reader := kafka.NewReader(kafka.ReaderConfig{
		Brokers: []string{options.Bootstrap}, GroupID: options.Group, GroupTopics: options.Topics, StartOffset: start,
	})
	output := contract.NewOutput(options)
	last := map[contract.Place]kafka.Message{}
	for output.Left > 0 {
		message, err := reader.FetchMessage(ctx)
		contract.Check(err)
		printMessage(output, message)
		last[contract.Place{Topic: message.Topic, Partition: int32(message.Partition)}] = message
	}
	for _, message := range last {
		contract.Check(reader.CommitMessages(ctx, message))
	}
	contract.Check(reader.Close())
}

// commitStart: a group's reader cannot seek, so the positions are committed before it starts.
func commitStart(ctx context.Context, options contract.Options) {
	client := &kafka.Client{Addr: kafka.TCP(options.Bootstrap), Timeout: 10 * time.Second}
	topics := map[string][]kafka.OffsetCommit{}
	for _, p := range partitionsOf(ctx, options) {
		offset := options.Number
		if options.Start == "time" {
			offset = offsetAt(ctx, options, p)
		}
		topics[p.Topic] = append(topics[p.Topic], kafka.OffsetCommit{Partition: p.ID, Offset: offset})
	}
	answer, err := client.OffsetCommit(ctx, &kafka.OffsetCommitRequest{GroupID: options.Group, GenerationID: -1, Topics: topics})
	contract.Check(err)
	for topic, partitions := range answer.Topics {
		for _, partition := range partitions {
			if partition.Error != nil {
				contract.Check(fmt.Errorf("%s %d: %w", topic, partition.Partition, partition.Error))
			}
		}
	}
}

// offsetAt is the first offset at or after a time, or the end.
func offsetAt(ctx context.Context, options contract.Options, p kafka.Partition) int64 {
	conn, err := kafka.DialLeader(ctx, "tcp", options.Bootstrap, p.Topic, p.ID)
	contract.Check(err)
	offset, err := conn.ReadOffset(options.Time())
	contract.Check(err)
	if offset < 0 {
		offset, err = conn.ReadLastOffset()
		contract.Check(err)
	}
	contract.Check(conn.Close())
	return offset
}
