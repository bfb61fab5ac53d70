package summary

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// junitName is what the suite and its classes are called. GitLab and Jenkins tell test cases by class and name, from run to run.
const junitName = "caddy workos"

// The elements of JUnit XML that GitHub's actions, GitLab and Jenkins all read.
type (
	junitSuites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Time     string   `xml:"time,attr"`
		Suite    junitSuite
	}
	junitSuite struct {
		XMLName  xml.Name    `xml:"testsuite"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
		Out      string      `xml:"system-out,omitempty"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitFailure `xml:"failure"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit returns the summary as JUnit XML: a test case for each check, which fails where the run does by it. Characters that XML 1.0
// forbids are replaced by U+FFFD.
func (s *Summary) JUnit() ([]byte, error) {
	seconds := func(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
	suite := junitSuite{Name: junitName, Time: seconds(s.Took), Out: s.requests()}
	for _, c := range s.Checks() {
		test := junitCase{Class: junitName, Name: c.Right, Time: seconds(0)}
		if c.Unlisted {
			test.Time = seconds(s.Took)
		}
		found := strings.Join(c.Found, "\n")
		switch {
		case c.Fails:
			suite.Failures++
			test.Failure = &junitFailure{Message: message(c), Type: "failure", Text: found}
		case c.Count > 0:
			test.Out = fmt.Sprintf("%s: %d\n%s", c.Name, c.Count, found)
		}
		suite.Cases = append(suite.Cases, test)
	}
	suite.Tests = len(suite.Cases)
	written, err := xml.MarshalIndent(junitSuites{
		Name: junitName, Tests: suite.Tests, Failures: suite.Failures, Time: suite.Time, Suite: suite,
	}, "", "  ")
	written = bytes.ReplaceAll(written, []byte("&#xA;"), []byte("\n")) // of which no attribute has any
	return append([]byte(xml.Header), append(written, '\n')...), err
}

// message is what is wrong in few words.
func message(c Check) string {
	if c.Unlisted {
		return c.Found[0]
	}
	return fmt.Sprintf("%s: %d", c.Name, c.Count)
}
