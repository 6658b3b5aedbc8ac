// Fills memory with zeros, whatever the type of its elements.
//
// Index map: work-item i owns words i * run ..., at most `run` of `words`, of 4 bytes each.
__kernel void clear(__global int *y, long words, int run) {
  const long begin = (long)get_global_id(0) * run, end = min(begin + run, words);
  for (long i = begin; i < end; ++i) y[i] = 0;
}
