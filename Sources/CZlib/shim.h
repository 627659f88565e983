// The system's zlib (package zlib1g-dev), made visible to Swift.
#include <zlib.h>
