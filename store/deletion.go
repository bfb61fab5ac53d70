package store

import (
	"strings"

	"github.com/hashicorp/go-memdb"
)

// deletion hides a row of a table's base: see [base].
type deletion struct{ key string }

const deletions = "deletions"

func deletionsSchema() *memdb.TableSchema {
	return &memdb.TableSchema{Name: deletions, Indexes: map[string]*memdb.IndexSchema{
		primary: {Name: primary, Unique: true, Indexer: indexer[deletion]{func(d *deletion) (string, bool) { return d.key, true }}},
	}}
}

func deletionKey(table, id string) string { return table + "\x00" + id }

// hidden reports whether a row of a table's base has been written again or deleted.
func (t *Txn) hidden(table, id string) bool {
	if raw, err := t.memdb.First(table, primary, id); err == nil && raw != nil {
		return true
	}
	raw, err := t.memdb.First(deletions, primary, deletionKey(table, id))
	return err == nil && raw != nil
}

// deleted returns the ids of the rows of a table's base that were deleted, even if they were written again since.
func (t *Txn) deleted(table string) []string {
	var ids []string
	for stored := range rowsOf[deletion](t, deletions, deletionKey(table, "")) {
		id, ok := strings.CutPrefix(stored.key, deletionKey(table, ""))
		if !ok {
			break
		}
		ids = append(ids, id)
	}
	return ids
}
