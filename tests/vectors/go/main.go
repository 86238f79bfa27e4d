// Writes franz-go.jsonl: messages filled from a fixed seed and encoded by franz-go's kmsg package.
//
// kmsg's structs do not say which field belongs to which version. probe finds out by encoding and
// decoding: a field that comes back is present; a slice or string whose null encodes differently
// from its empty value is nullable. Names that differ from Kafka's are in names.go.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"log"
	"math/rand"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"
)

var apis = [][3]int16{
	{0, 0, 13}, {1, 4, 18}, {2, 0, 11}, {3, 0, 13}, {8, 2, 10}, {9, 1, 10}, {10, 0, 6},
	{11, 0, 9}, {12, 0, 4}, {13, 0, 5}, {14, 0, 5}, {15, 0, 6}, {16, 0, 5}, {18, 0, 4},
	{19, 0, 7}, {20, 0, 6}, {21, 0, 2}, {22, 0, 5}, {23, 0, 4}, {29, 0, 3}, {30, 0, 3},
	{31, 0, 3}, {32, 0, 4}, {33, 0, 2}, {35, 0, 5}, {37, 0, 3}, {42, 0, 2}, {44, 0, 1},
	{46, 0, 0}, {47, 0, 0}, {48, 0, 1}, {60, 0, 2}, {61, 0, 0}, {65, 0, 0}, {66, 0, 2},
	{75, 0, 0},
}

// message is what requests, responses and the consumer protocol's structs have in common.
type message interface {
	AppendTo([]byte) []byte
	ReadFrom([]byte) error
	Default()
}

// shape is what a message looks like at one version, by path of Go names ("Topics.Partitions").
type shape struct {
	present  map[string]bool
	nullable map[string]bool
}

type variant int

const (
	defaults variant = iota // untouched
	typical                 // two elements, no null
	nulls                   // null wherever allowed
	long                    // one long string, one long array
)

func main() {
	file, err := os.Create(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	out := bufio.NewWriter(file)
	for _, api := range apis {
		key, first, last := api[0], api[1], api[2]
		name := apiName(key)
		last = min(last, kmsg.RequestForKey(key).MaxVersion())
		for version := first; version <= last; version++ {
			request := func() message {
				r := kmsg.RequestForKey(key)
				r.SetVersion(version)
				return r.(message)
			}
			response := func() message {
				r := kmsg.RequestForKey(key).ResponseKind()
				r.SetVersion(version)
				return r.(message)
			}
			write(out, key, name, "request", version, version == last, request)
			write(out, key, name, "response", version, version == last, response)
			writeHeader(out, key, name, version, request().(kmsg.Request))
		}
	}
	for version := int16(0); version <= 3; version++ {
		write(out, -1, "ConsumerProtocolSubscription", "data", version, version == 3, func() message {
			return &kmsg.ConsumerMemberMetadata{Version: version}
		})
		write(out, -1, "ConsumerProtocolAssignment", "data", version, version == 3, func() message {
			return &kmsg.ConsumerMemberAssignment{Version: version}
		})
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
}

// apiName is the API's name as Kafka spells it.
func apiName(key int16) string {
	kafka := strings.NewReplacer("ACLs", "Acls", "InitProducerID", "InitProducerId")
	return kafka.Replace(kmsg.NameForKey(key))
}

// write emits every variant of one message at one version; create makes it with its version set.
func write(out *bufio.Writer, key int16, name, kind string, version int16, last bool,
	create func() message) {
	s := probe(create, name+"/"+kind, version)
	previous := []byte(nil)
	for v := defaults; v <= long; v++ {
		seed := ((int64(key)*2+int64(len(kind)))*64+int64(version))*8 + int64(v)
		f := filler{shape: s, variant: v, random: rand.New(rand.NewSource(seed))}
		f.longString, f.longArray = v == long, v == long && last
		m := create()
		f.fill(reflect.ValueOf(m).Elem(), "")
		body := m.AppendTo(nil)
		if v > defaults && bytes.Equal(body, previous) {
			continue
		}
		previous = body
		fields := s.describe(reflect.ValueOf(m).Elem(), name+"/"+kind, "")
		decoded := create()
		if err := decoded.ReadFrom(body); err != nil {
			log.Fatalf("%s %s v%d: %v", name, kind, version, err)
		}
		if again := s.describe(reflect.ValueOf(decoded).Elem(), name+"/"+kind, ""); again != fields {
			log.Fatalf("%s %s v%d: wrote %s, read %s", name, kind, version, fields, again)
		}
		if kind == "data" {
			body = body[2:] // the version in front is not part of Kafka's message
		}
		line(out, key, name, kind, version, body, fields)
	}
}

func writeHeader(out *bufio.Writer, key int16, name string, version int16, request kmsg.Request) {
	correlation := 0x01020304 + int32(version)
	formatter, client := kmsg.NewRequestFormatter(), "null"
	if version%3 != 0 {
		id := fmt.Sprintf("client-%d", version)
		formatter, client = kmsg.NewRequestFormatter(kmsg.FormatterClientID(id)), strconv.Quote(id)
	}
	frame := formatter.AppendRequest(nil, request, correlation)
	header := frame[4 : len(frame)-len(request.AppendTo(nil))]
	line(out, key, name, "request_header", version, header, fmt.Sprintf(
		`{"request_api_key":%d,"request_api_version":%d,"correlation_id":%d,"client_id":%s}`,
		key, version, correlation, client))
}

func line(out *bufio.Writer, key int16, name, kind string, version int16, body []byte, fields string) {
	fmt.Fprintf(out, `{"src":"franz-go","api":%d,"name":"%s","kind":"%s","version":%d,`+
		`"hex":"%x","fields":%s}`+"\n", key, name, kind, version, body, fields)
}

// probe learns a message's shape at its version.
func probe(create func() message, where string, version int16) shape {
	s := shape{present: map[string]bool{}, nullable: map[string]bool{}}
	build := func(path string, null bool) message {
		m := create()
		f := filler{probing: true, override: path, overrideNull: null}
		f.fill(reflect.ValueOf(m).Elem(), "")
		return m
	}
	filled := build("", false)
	decoded := create()
	if err := decoded.ReadFrom(filled.AppendTo(nil)); err != nil {
		log.Fatalf("probe of %s v%d: %v", where, version, err)
	}
	s.compare(reflect.ValueOf(filled).Elem(), reflect.ValueOf(decoded).Elem(), "")
	for path := range s.present {
		empty, null := build(path, false).AppendTo(nil), build(path, true).AppendTo(nil)
		s.nullable[path] = !bytes.Equal(empty, null)
	}
	for path := range s.present {
		if since, known := firstVersion[where+" "+path]; known && version < since {
			delete(s.present, path)
		}
	}
	return s
}

// compare notes the paths at which the decoded message holds what was written.
func (s shape) compare(written, read reflect.Value, path string) bool {
	switch written.Kind() {
	case reflect.Struct:
		any := false
		for i := 0; i < written.NumField(); i++ {
			field := written.Type().Field(i)
			if carries(field, path) && s.compare(written.Field(i), read.Field(i), join(path, field.Name)) {
				s.present[join(path, field.Name)] = true
				any = true
			}
		}
		return any
	case reflect.Pointer:
		return !read.IsNil() && s.compare(written.Elem(), read.Elem(), path)
	case reflect.Slice:
		if written.Type().Elem().Kind() == reflect.Uint8 {
			return bytes.Equal(written.Bytes(), read.Bytes())
		}
		if read.Len() == 0 {
			return false
		}
		return s.compare(written.Index(0), read.Index(0), path)
	}
	return written.Interface() == read.Interface()
}

// carries: whether a struct's field is part of the message, and not kmsg's own bookkeeping.
func carries(field reflect.StructField, path string) bool {
	return field.IsExported() && field.Name != "UnknownTags" && (field.Name != "Version" || path != "")
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// describe prints a message's present fields as JSON with Kafka's names; root names the message.
func (s shape) describe(v reflect.Value, root, path string) string {
	var fields []string
	for i := 0; i < v.NumField(); i++ {
		field := v.Type().Field(i)
		where := join(path, field.Name)
		if carries(field, path) && s.present[where] {
			name := strconv.Quote(kafkaName(root, where))
			fields = append(fields, name+":"+s.describeValue(v.Field(i), root, where))
		}
	}
	return "{" + strings.Join(fields, ",") + "}"
}

func (s shape) describeValue(v reflect.Value, root, path string) string {
	switch v.Kind() {
	case reflect.Struct:
		return s.describe(v, root, path)
	case reflect.Pointer:
		if v.IsNil() {
			if s.nullable[path] {
				return "null"
			}
			return `""`
		}
		return s.describeValue(v.Elem(), root, path)
	case reflect.Slice:
		if v.IsNil() && s.nullable[path] {
			return "null"
		}
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return strconv.Quote(hex.EncodeToString(v.Bytes()))
		}
		elements := make([]string, v.Len())
		for i := range elements {
			elements[i] = s.describeValue(v.Index(i), root, path)
		}
		return "[" + strings.Join(elements, ",") + "]"
	case reflect.Array:
		id := v.Interface().([16]byte)
		return strconv.Quote(hex.EncodeToString(id[:]))
	case reflect.String:
		return `"` + v.String() + `"` // text makes nothing that JSON escapes
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	}
	return strconv.FormatInt(v.Int(), 10)
}
