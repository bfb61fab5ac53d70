package store

import (
	"fmt"
	"testing"
	"time"
)

// TestDropOldestAnswers checks that the newest answers stay.
func TestDropOldestAnswers(t *testing.T) {
	t.Parallel()
	for _, keep := range []int{0, 3, 10, 20} {
		s := New()
		err := s.Update(func(tx *Txn) error {
			for i := range 10 {
				answer := Answer{Meta: Meta{ID: fmt.Sprint(i), CreatedAt: time.Unix(int64(i), 0)}}
				if err := tx.InsertAnswer(answer); err != nil {
					return err
				}
			}
			return tx.DropOldestAnswers(keep)
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 10 {
			if _, ok := s.View().Answer(fmt.Sprint(i)); ok != (i >= 10-keep) {
				t.Errorf("of %d that are kept, answer %d is there: %t", keep, i, ok)
			}
		}
	}
}
