package store

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

// sample makes a row in which every exported field has a value, different for each n. It has no Seed, as a row that is created at run
// time.
func sample[T any](n int) T {
	var row T
	fill(reflect.ValueOf(&row).Elem(), "row", n)
	v := reflect.ValueOf(&row).Elem()
	v.FieldByName("Seed").SetZero()
	v.FieldByName("RandomSecret").SetZero()
	return row
}

func fill(v reflect.Value, name string, n int) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(int64(n+1), 0)))
		return
	case Digest:
		v.Set(reflect.ValueOf(DigestOf(fmt.Sprint(name, n))))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("%s_%d", name, n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(n + 1))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(n + 1))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(n + 1))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), name, n)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, name, n)
		fill(value, name, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), name, n)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				fill(v.Field(i), f.Name, n)
			}
		}
	case reflect.Interface: // a password, which does not change
	default:
		panic("store: no sample of a " + v.Type().String())
	}
}

// scramble changes all memory that a row refers to.
func scramble[T any](row *T) { scrambleIn(reflect.ValueOf(row).Elem()) }

func scrambleIn(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			scrambleIn(v.Index(i))
			v.Index(i).SetZero()
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			scrambleIn(v.MapIndex(key))
			v.SetMapIndex(key, reflect.Zero(v.Type().Elem()))
		}
	case reflect.Pointer:
		scrambleIn(v.Elem())
		v.Elem().SetZero()
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				scrambleIn(v.Field(i))
			}
		}
	}
}

// fieldsOf returns the exported fields of a row.
func fieldsOf(row any) map[string]any {
	fields := map[string]any{}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(row)) {
		if f.IsExported() && !f.Anonymous {
			fields[f.Name] = reflect.ValueOf(row).FieldByIndex(f.Index).Interface()
		}
	}
	return fields
}

// sharing makes the n-th row with one or two fields of another row, such that it shares what share looks at.
func sharing[T any](t *testing.T, with T, n int, share func(*T) bool) T {
	t.Helper()
	if row := sample[T](n); share(&row) {
		t.Fatalf("the sample rows share a unique value")
	}
	var fields [][]int // of the row's own; one alone is tried first
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if f.IsExported() && !f.Anonymous {
			fields = append(fields, f.Index)
		}
	}
	from := reflect.ValueOf(&with).Elem()
	for distance := range fields {
		for i := range fields[distance:] {
			row := sample[T](n)
			for _, index := range [][]int{fields[i], fields[i+distance]} {
				reflect.ValueOf(&row).Elem().FieldByIndex(index).Set(from.FieldByIndex(index))
			}
			if share(&row) {
				return row
			}
		}
	}
	t.Fatalf("no two fields make two rows share a unique value")
	panic("unreachable")
}
