/*
 * What all fuzzing targets share: claims that end the program, input taken
 * piece by piece, randomness that follows from the input alone. A target is a
 * file fuzz_NAME.c with LLVMFuzzerTestOneInput; its seeds, and what it once
 * broke on, lie in corpus/NAME and are replayed by make check.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Holds always, or the input is a finding. */
#define MUST(claim) \
	((claim) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #claim))
_Noreturn void	fuzz_broken(const char *file, int line, const char *claim);

/* Once: UTF-8, libsodium, no time zone. */
void		fuzz_ready(void);
/* A copy of just these bytes, so that reading past them is noticed; the
 * caller frees it. Out of memory: the program ends. */
void	       *fuzz_copy(const void *, size_t);
/* The same with a NUL behind it. */
char	       *fuzz_string(const void *, size_t);
bool		fuzz_same(const void *, size_t, const void *, size_t);

/*
 * An input being taken; behind its end are zeros. One call of these in an
 * expression: C leaves open which of two comes first, and an input must mean
 * the same to each compiler.
 */
struct fuzz {
	const uint8_t	*data;
	size_t		 len;
};
bool		fuzz_more(const struct fuzz *);
uint8_t		fuzz_u8(struct fuzz *);
uint32_t	fuzz_u32(struct fuzz *);
uint64_t	fuzz_u64(struct fuzz *);
/* Below n, which is not 0. */
unsigned	fuzz_below(struct fuzz *, unsigned n);
/* A length byte (at most max), then so many bytes, fewer at the end: a view. */
const uint8_t  *fuzz_bytes(struct fuzz *, size_t max, size_t *len);
/* The same with a length of two bytes. */
const uint8_t  *fuzz_long_bytes(struct fuzz *, size_t max, size_t *len);

/* SplitMix64; arg of fuzz_random is the state. */
uint64_t	fuzz_draw(uint64_t *state);
void		fuzz_random(void *state, void *dst, size_t len);

/* A directory of this process's own, on first use; removed when it ends. */
const char     *fuzz_dir(void);
/* PATH of a file there; dst holds FUZZ_PATH. */
enum { FUZZ_PATH = 96 };
char	       *fuzz_path(char dst[FUZZ_PATH], const char *leaf);
/* The file is these bytes, mode 0600. */
void		fuzz_put_file(const char *path, const void *, size_t);
/* The file whole, to be freed, and its length; NULL: there is none. */
char	       *fuzz_get_file(const char *path, size_t *len);

#endif
