package emulator

// Routes lists what an emulator of every group may answer, each as its method and the path as WorkOS documents it, where
// {name} stands for one path segment.
func Routes() []string {
	var routes []string
	for _, r := range table() {
		routes = append(routes, r.method+" "+r.pattern)
	}
	return routes
}
