// Package contract is the command line and the output that all the programs here share; see ../../README.md.
package contract

import (
	"bufio"
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Options is a parsed command line. Start is beginning, end, offset or time; Number belongs to the last two.
type Options struct {
	Bootstrap, Mode, Group, Start string
	Topics                        []string
	Number                        int64
	Count                         int
}

func Parse() Options {
	var o Options
	var topics, from string
	flag.StringVar(&o.Bootstrap, "bootstrap", "", "HOST:PORT")
	flag.StringVar(&topics, "topics", "", "A,B")
	flag.StringVar(&o.Mode, "mode", "assign", "assign or group")
	flag.StringVar(&o.Group, "group", "", "the group's name")
	flag.StringVar(&from, "from", "beginning", "beginning, end, offset:N or time:MS")
	flag.IntVar(&o.Count, "count", 0, "records to read")
	flag.Parse()
	o.Topics = strings.Split(topics, ",")
	start, number, given := strings.Cut(from, ":")
	o.Start = start
	if given {
		parsed, err := strconv.ParseInt(number, 10, 64)
		Check(err)
		o.Number = parsed
	}
	return o
}

func (o Options) InGroup() bool { return o.Mode == "group" }

func (o Options) Time() time.Time { return time.UnixMilli(o.Number) }

// Place is one partition of a topic.
type Place struct {
	Topic     string
	Partition int32
}

// Output prints records until the wanted number is reached. Next holds the positions after them.
type Output struct {
	Left int
	Next map[Place]int64
	out  *bufio.Writer
}

func NewOutput(o Options) *Output {
	return &Output{Left: o.Count, Next: map[Place]int64{}, out: bufio.NewWriterSize(os.Stdout, 1<<16)}
}

// Record prints one record, or nothing when enough were printed.
func (o *Output) Record(place Place, offset int64, at time.Time, key, value []byte) {
	if o.Left == 0 {
		return
	}
	o.Left--
	o.Next[place] = offset + 1
	fmt.Fprintf(o.out, "%s\t%d\t%d\t%d\t%s\t%s\n", place.Topic, place.Partition, offset, at.UnixMilli(), text(key), text(value))
}

func (o *Output) Flush() { Check(o.out.Flush()) }

func text(data []byte) string {
	if data == nil {
		return "-"
	}
	return base64.StdEncoding.EncodeToString(data)
}

// Check ends the program on an error.
func Check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
