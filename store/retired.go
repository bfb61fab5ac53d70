package store

import "github.com/hashicorp/go-memdb"

// A retirement remembers a value of a deleted row: an id, so that a cursor stays good while a caller deletes what it
// walks over, and a client id, so that a deleted client is still recognised as a local one.
type retirement struct {
	key string // table, field and value
	seq uint64 // the deleted row's place in the order of creation
}

const retirements = "retirements"

func retirementsSchema() *memdb.TableSchema {
	return &memdb.TableSchema{Name: retirements, Indexes: map[string]*memdb.IndexSchema{
		primary: {Name: primary, Unique: true, Indexer: indexer[retirement]{func(r *retirement) (string, bool) { return r.key, true }}},
	}}
}

func retirementKey(table, field, value string) string { return table + "\x00" + field + "\x00" + value }

func (t *Txn) retire(table, field, value string, seq uint64) error {
	return t.memdb.Insert(retirements, &retirement{key: retirementKey(table, field, value), seq: seq})
}

func (t *Txn) retired(table, field, value string) (seq uint64, ok bool) {
	raw, err := t.memdb.First(retirements, primary, retirementKey(table, field, value))
	if err != nil || raw == nil {
		return 0, false
	}
	return raw.(*retirement).seq, true
}
