/*
 * Shared by the fuzzing targets; see fuzz.h. Tests only.
 */
#include "tests/fuzz/fuzz.h"

#include <sys/stat.h>
#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

_Noreturn void
fuzz_broken(const char *file, int line, const char *claim)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, claim);
	abort();
}

void
fuzz_ready(void)
{
	static bool ready;

	if (ready)
		return;
	ready = true;
	MUST(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
	MUST(setenv("TZ", "UTC0", 1) == 0);
	tzset();
	MUST(sodium_init() >= 0);
}

void *
fuzz_copy(const void *bytes, size_t len)
{
	void *copy = malloc(len > 0 ? len : 1);

	MUST(copy != NULL);
	if (len > 0)
		memcpy(copy, bytes, len);
	return copy;
}

char *
fuzz_string(const void *bytes, size_t len)
{
	char *copy = malloc(len + 1);

	MUST(copy != NULL);
	if (len > 0)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}

bool
fuzz_same(const void *a, size_t alen, const void *b, size_t blen)
{
	return alen == blen && (alen == 0 || memcmp(a, b, alen) == 0);
}

bool
fuzz_more(const struct fuzz *in)
{
	return in->len > 0;
}

uint8_t
fuzz_u8(struct fuzz *in)
{
	if (in->len == 0)
		return 0;
	in->len--;
	return *in->data++;
}

uint32_t
fuzz_u32(struct fuzz *in)
{
	uint32_t value = 0;
	int i;

	for (i = 0; i < 4; i++)
		value = value << 8 | fuzz_u8(in);
	return value;
}

uint64_t
fuzz_u64(struct fuzz *in)
{
	uint64_t high = fuzz_u32(in);

	return high << 32 | fuzz_u32(in);
}

unsigned
fuzz_below(struct fuzz *in, unsigned n)
{
	return n <= 256 ? fuzz_u8(in) % n : fuzz_u32(in) % n;
}

static const uint8_t *
take(struct fuzz *in, size_t wanted, size_t max, size_t *len)
{
	const uint8_t *at = in->data;

	*len = wanted > max ? max : wanted;
	if (*len > in->len)
		*len = in->len;
	in->data += *len;
	in->len -= *len;
	return at;
}

const uint8_t *
fuzz_bytes(struct fuzz *in, size_t max, size_t *len)
{
	return take(in, fuzz_u8(in), max, len);
}

const uint8_t *
fuzz_long_bytes(struct fuzz *in, size_t max, size_t *len)
{
	size_t high = fuzz_u8(in);

	return take(in, high << 8 | fuzz_u8(in), max, len);
}

/* Steele, Lea, Flood 2014. */
uint64_t
fuzz_draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void
fuzz_random(void *state, void *dst, size_t len)
{
	uint8_t *out = dst;

	while (len-- > 0)
		*out++ = (uint8_t)fuzz_draw(state);
}

static char directory[64];
static pid_t owner;

/* Only files lie in it. */
static void
remove_directory(void)
{
	char path[sizeof(directory) + 256];
	struct dirent *e;
	DIR *d;

	if (getpid() != owner || (d = opendir(directory)) == NULL)
		return;
	while ((e = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", directory, e->d_name);
		unlink(path);
	}
	closedir(d);
	rmdir(directory);
}

const char *
fuzz_dir(void)
{
	if (directory[0] != '\0')
		return directory;
	/* In memory where there is such a place: it is written all the time. */
	strlcpy(directory, "/dev/shm/fuzz.XXXXXX", sizeof(directory));
	if (mkdtemp(directory) == NULL) {
		strlcpy(directory, "/tmp/fuzz.XXXXXX", sizeof(directory));
		MUST(mkdtemp(directory) != NULL);
	}
	owner = getpid();
	atexit(remove_directory);
	return directory;
}

char *
fuzz_path(char dst[FUZZ_PATH], const char *leaf)
{
	snprintf(dst, FUZZ_PATH, "%s/%s", fuzz_dir(), leaf);
	return dst;
}

void
fuzz_put_file(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	MUST(fd != -1 && write(fd, bytes, len) == (ssize_t)len);
	close(fd);
}

char *
fuzz_get_file(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *bytes;

	*len = 0;
	if (fd == -1)
		return NULL;
	MUST(fstat(fd, &st) == 0);
	MUST((bytes = malloc((size_t)st.st_size + 1)) != NULL);
	MUST(read(fd, bytes, (size_t)st.st_size) == st.st_size);
	*len = (size_t)st.st_size;
	close(fd);
	return bytes;
}
