package store

import "github.com/hashicorp/go-memdb"

func schema() *memdb.DBSchema {
	tables := []*memdb.TableSchema{
		tableSchema(organizations),
		tableSchema(users),
		tableSchema(applications),
		tableSchema(clientSecrets),
		tableSchema(apiKeys),
		tableSchema(environmentKeys),
		tableSchema(answers),
		deletionsSchema(),
	}
	byName := make(map[string]*memdb.TableSchema, len(tables))
	for _, table := range tables {
		byName[table.Name] = table
	}
	return &memdb.DBSchema{Tables: byName}
}
