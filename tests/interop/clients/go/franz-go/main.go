// Reads topics with franz-go. The command line is described in ../../README.md.
package main

import (
	"context"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"hindcast.test/clients/contract"
)

func main() {
	options := contract.Parse()
	output := contract.NewOutput(options)
	start := map[string]kgo.Offset{
		"beginning": kgo.NewOffset().AtStart(),
		"end":       kgo.NewOffset().AtEnd(),
		"offset":    kgo.NewOffset().At(options.Number),
		"time":      kgo.NewOffset().AfterMilli(options.Number),
	}[options.Start]
	settings := []kgo.Opt{
		kgo.SeedBrokers(options.Bootstrap),
		kgo.ConsumeTopics(options.Topics...),
		kgo.ConsumeResetOffset(start), // of a new group too: this is where it begins
	}
	if options.InGroup() {
		// What we commit ourselves must not be committed by timer too: a start by time would be
		// committed as if its milliseconds were an offset.
		settings = append(settings, kgo.ConsumerGroup(options.Group), kgo.DisableAutoCommit())
	}
	client, err := kgo.NewClient(settings...)
	contract.Check(err)

	ctx := context.Background()
	for output.Left > 0 {
		fetches := client.PollFetches(ctx)
		for _, failure := range fetches.Errors() {
			contract.Check(failure.Err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			output.Record(contract.Place{Topic: r.Topic, Partition: r.Partition}, r.Offset, r.Timestamp, r.Key, r.Value)
		})
		output.Flush()
	}
	if options.InGroup() {
		contract.Check(commit(ctx, client, output))
		contract.Check(client.LeaveGroupContext(ctx))
	}
	client.Close()
}

func commit(ctx context.Context, client *kgo.Client, output *contract.Output) error {
	offsets := map[string]map[int32]kgo.EpochOffset{}
	for place, next := range output.Next {
		if offsets[place.Topic] == nil {
			offsets[place.Topic] = map[int32]kgo.EpochOffset{}
		}
		offsets[place.Topic][place.Partition] = kgo.EpochOffset{Epoch: -1, Offset: next}
	}
	var failure error
	client.CommitOffsetsSync(ctx, offsets, func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, answer *kmsg.OffsetCommitResponse, err error) {
		failure = err
		for i := 0; err == nil && i < len(answer.Topics); i++ {
			for _, partition := range answer.Topics[i].Partitions {
				if failure == nil {
					failure = kerr.ErrorForCode(partition.ErrorCode)
				}
			}
		}
	})
	return failure
}
