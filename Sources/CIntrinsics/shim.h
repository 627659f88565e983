// The compiler's own names for vector instructions, made visible to Swift.
#if defined(__SSE2__)
#include <emmintrin.h>
#endif
