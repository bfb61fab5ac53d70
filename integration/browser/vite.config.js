export default { root: 'app', oxc: { jsx: { runtime: 'automatic' } } };
