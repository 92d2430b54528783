/* Bytes in memory under the name of a file, so that readers are fuzzed through their public function. */
#ifndef ISO_TESTS_FUZZ_INPUT_H
#define ISO_TESTS_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

/* LibFuzzer calls these. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads data as a mesh of that format; leaves if the reader breaks its promises: an error has a status and
 * one line of message, a success has consistent counts and node numbers in range. */
void fuzz_read(const char *format, const char *path);

/* Path of a file in memory, number 0 to 2, that holds the bytes; extension is appended by a link to it. */
const char *fuzz_file(int number, const char *extension, const uint8_t *data, size_t size);

/* That path without extension. */
const char *fuzz_base(void);

#endif
