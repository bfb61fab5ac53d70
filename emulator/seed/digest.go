package seed

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"reflect"
	"slices"
	"time"
)

// digest is a hash of plain data: of all its exported fields, elements and members.
func digest(content ...any) string {
	written := make([]byte, 0, 512)
	for _, c := range content {
		written = appendValue(written, reflect.ValueOf(c))
	}
	sum := sha256.Sum256(written)
	return hex.EncodeToString(sum[:16])
}

var typeOfTime = reflect.TypeFor[time.Time]()

// appendValue writes a value so that no other of its type is written alike.
func appendValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return append(binary.AppendUvarint(b, uint64(v.Len())), v.String()...)
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(b, v.Uint())
	case reflect.Float32, reflect.Float64:
		return binary.BigEndian.AppendUint64(b, math.Float64bits(v.Float()))
	case reflect.Interface: // what is set later, as a password, which has no exported fields
		if v.IsNil() {
			return append(b, 0)
		}
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, 0)
		}
		return appendValue(append(b, 1), v.Elem())
	case reflect.Slice, reflect.Array:
		b = binary.AppendUvarint(b, uint64(v.Len()))
		for i := range v.Len() {
			b = appendValue(b, v.Index(i))
		}
		return b
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
		b = binary.AppendUvarint(b, uint64(len(keys)))
		for _, key := range keys {
			b = appendValue(appendValue(b, key), v.MapIndex(key))
		}
		return b
	case reflect.Struct:
		if v.Type() == typeOfTime {
			moment := v.Interface().(time.Time)
			return binary.AppendVarint(binary.AppendVarint(b, moment.Unix()), int64(moment.Nanosecond()))
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				b = appendValue(b, v.Field(i))
			}
		}
		return b
	}
	panic("seed: rows are plain data, and have no " + v.Kind().String())
}
