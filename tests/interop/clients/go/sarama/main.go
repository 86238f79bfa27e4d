// Reads topics with sarama. The command line is described in ../../README.md.
package main

import (
	"context"
	"sync"

	"github.com/IBM/sarama"
	"hindcast.test/clients/contract"
)

func main() {
	options := contract.Parse()
	config := sarama.NewConfig()
	config.Consumer.Return.Errors = true
	if options.Start != "end" {
		config.Consumer.Offsets.Initial = sarama.OffsetOldest
	}
	client, err := sarama.NewClient([]string{options.Bootstrap}, config)
	contract.Check(err)
	if options.InGroup() {
		readGroup(client, options)
	} else {
		readPartitions(client, options)
	}
	contract.Check(client.Close())
}

// first is the offset at which a partition's reading begins; a time after the last record means the end.
func first(client sarama.Client, options contract.Options, topic string, partition int32) int64 {
	switch options.Start {
	case "beginning":
		return sarama.OffsetOldest
	case "end":
		return sarama.OffsetNewest
	case "offset":
		return options.Number
	}
	offset, err := client.GetOffset(topic, partition, options.Number)
	contract.Check(err)
	if offset < 0 {
		offset, err = client.GetOffset(topic, partition, sarama.OffsetNewest)
		contract.Check(err)
	}
	return offset
}

func readPartitions(client sarama.Client, options contract.Options) {
	consumer, err := sarama.NewConsumerFromClient(client)
	contract.Check(err)
	messages := make(chan *sarama.ConsumerMessage)
	for _, topic := range options.Topics {
		partitions, err := client.Partitions(topic)
		contract.Check(err)
		for _, partition := range partitions {
			reader, err := consumer.ConsumePartition(topic, partition, first(client, options, topic, partition))
			contract.Check(err)
			go func() {
				for message := range reader.Messages() {
					messages <- message
				}
			}()
			go func() {
				for failure := range reader.Errors() {
					contract.Check(failure)
				}
			}()
		}
	}
	output := contract.NewOutput(options)
	for output.Left > 0 {
		printMessage(output, <-messages)
	}
}

func printMessage(output *contract.Output, m *sarama.ConsumerMessage) {
	output.Record(contract.Place{Topic: m.Topic, Partition: m.Partition}, m.Offset, m.Timestamp, m.Key, m.Value)
	output.Flush()
}

// handler is what sarama calls in a group: Setup, then one ConsumeClaim per partition, then Cleanup.
type handler struct {
	client  sarama.Client
	options contract.Options
	output  *contract.Output
	lock    sync.Mutex
	done    context.CancelFunc
}

func readGroup(client sarama.Client, options contract.Options) {
	group, err := sarama.NewConsumerGroupFromClient(options.Group, client)
	contract.Check(err)
	go func() {
		for failure := range group.Errors() {
			contract.Check(failure)
		}
	}()
	ctx, done := context.WithCancel(context.Background())
	reader := &handler{client: client, options: options, output: contract.NewOutput(options), done: done}
	for ctx.Err() == nil {
		contract.Check(group.Consume(ctx, options.Topics, reader))
	}
	contract.Check(group.Close())
}

func (h *handler) Setup(session sarama.ConsumerGroupSession) error {
	if h.options.Start != "offset" && h.options.Start != "time" {
		return nil
	}
	for topic, partitions := range session.Claims() {
		for _, partition := range partitions {
			session.MarkOffset(topic, partition, first(h.client, h.options, topic, partition), "")
		}
	}
	return nil
}

func (h *handler) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (h *handler) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		h.lock.Lock()
		if h.output.Left > 0 {
			printMessage(h.output, message)
			session.MarkMessage(message, "")
		}
		if h.output.Left == 0 {
			session.Commit()
			h.done()
		}
		h.lock.Unlock()
	}
	return nil
}
