package emulator

// Endpoints lists the endpoints of a group, each as its method and the path as WorkOS documents it.
func Endpoints(group Group) (endpoints []string) {
	for _, r := range table() {
		if r.group == group {
			endpoints = append(endpoints, r.method+" "+r.pattern)
		}
	}
	return endpoints
}
