package main

import (
	"fmt"
	"math"
	"math/rand"
	"reflect"
)

// filler gives a message's fields their values: of the variant, or, when probing, one of each.
type filler struct {
	shape   shape
	variant variant
	random  *rand.Rand

	longString, longArray bool // still to come

	probing      bool // give every field a value that is not its default
	counter      int64
	override     string // when probing: this path is null or empty
	overrideNull bool
}

func (f *filler) fill(v reflect.Value, path string) {
	if defaulted, ok := v.Addr().Interface().(interface{ Default() }); ok {
		version := reflect.Value{}
		if path == "" {
			version = v.FieldByName("Version")
		}
		if version.IsValid() {
			kept := version.Int()
			defaulted.Default()
			version.SetInt(kept)
		} else {
			defaulted.Default()
		}
	}
	if f.variant == defaults && !f.probing {
		return
	}
	for i := 0; i < v.NumField(); i++ {
		field := v.Type().Field(i)
		where := join(path, field.Name)
		if carries(field, path) && (f.probing || f.shape.present[where]) {
			f.set(v.Field(i), where)
		}
	}
}

func (f *filler) set(v reflect.Value, path string) {
	if f.probing && path == f.override && (v.Kind() == reflect.Slice || v.Kind() == reflect.Pointer) {
		v.SetZero()
		if !f.overrideNull && v.Kind() == reflect.Slice {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		} else if !f.overrideNull {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return
	}
	if f.variant == nulls && f.shape.nullable[path] {
		v.SetZero()
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		f.fill(v, path)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.set(v.Elem(), path)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(f.bytes())
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), f.count(v.Type().Elem()), 200))
		for i := 0; i < v.Len(); i++ {
			f.set(v.Index(i), path)
		}
	case reflect.Array:
		for i := 0; i < v.Len(); i++ {
			v.Index(i).SetUint(uint64(f.integer(0, math.MaxUint8)))
		}
	case reflect.Bool:
		v.SetBool(f.probing && !v.Bool() || !f.probing && f.random.Intn(2) == 1)
	case reflect.String:
		v.SetString(f.text())
	case reflect.Float64:
		v.SetFloat(float64(f.integer(-1000000, 1000000)) / 4)
	default:
		bits := v.Type().Bits()
		v.SetInt(f.integer(math.MinInt64>>(64-bits), math.MaxInt64>>(64-bits)))
	}
}

func (f *filler) count(element reflect.Type) int {
	if f.longArray && element.Kind() != reflect.Struct {
		f.longArray = false
		return 130
	}
	if f.variant == typical {
		return 2
	}
	return 1
}

func (f *filler) integer(low, high int64) int64 {
	if f.probing {
		f.counter++
		return 3 + f.counter%100
	}
	switch f.random.Intn(8) {
	case 0:
		return low
	case 1:
		return high
	case 2:
		return max(low, -1-f.random.Int63n(100))
	case 3:
		return f.random.Int63n(high)
	}
	return f.random.Int63n(100)
}

func (f *filler) text() string {
	if f.probing {
		f.counter++
		return fmt.Sprintf("probe-%d", f.counter)
	}
	length := 1 + f.random.Intn(8)
	if f.longString {
		f.longString = false
		length = 128 + f.random.Intn(60)
	}
	alphabet := []rune("abcdefghijklmnopqrstuvwxyz-_.0123456789\u00e9\u20bf")
	text := make([]rune, length)
	for i := range text {
		text[i] = alphabet[f.random.Intn(len(alphabet))]
	}
	return string(text)
}

func (f *filler) bytes() []byte {
	if f.probing {
		return []byte("probe")
	}
	b := make([]byte, f.random.Intn(20))
	f.random.Read(b)
	return b
}
