/*
 * Fuzzing: a pipe between the client's processes, that brings its bytes in any
 * portions and ends anywhere. The records that come out are those that went
 * in, whatever the portions; and they travel on unchanged.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tui/shared/duct.h"

static struct {
	struct duct	*in;		/* reads what the fuzzer writes */
	struct duct	*on, *far;	/* sends it on, and who gets it */
	const uint8_t	*bytes;
	size_t		 len, at;	/* decoded so far */
	size_t		 records, passed;
} pipes;

static void
open_pipes(int *feed)
{
	int a[2], b[2], c[2];

	MUST(pipe2(a, O_CLOEXEC) == 0 && pipe2(b, O_CLOEXEC) == 0 &&
	    pipe2(c, O_CLOEXEC) == 0);
	*feed = a[1];
	pipes.in = duct_new(a[0], dup(b[1]));
	pipes.on = duct_new(dup(c[0]), b[1]);
	pipes.far = duct_new(b[0], c[1]);
	close(c[0]);
	MUST(pipes.in != NULL && pipes.on != NULL && pipes.far != NULL);
}

static void
same(const struct record *a, const struct record *b)
{
	uint8_t one[RECORD_BYTES], two[RECORD_BYTES];

	MUST(fuzz_same(one, record_encode(one, a), two,
	    record_encode(two, b)));
}

/* All that has come; what must come next is known from the bytes alone. */
static enum duct_result
take(void)
{
	struct record r, want, far;
	enum duct_result result;
	size_t used;

	while ((result = duct_next(pipes.in, &r)) == DUCT_RECORD) {
		MUST(record_decode(pipes.bytes + pipes.at, pipes.len -
		    pipes.at, &want, &used) == RECORD_OK);
		same(&r, &want);
		pipes.at += used;
		pipes.records++;
		MUST(duct_send(pipes.on, &r) && duct_flush(pipes.on));
		MUST(duct_queued(pipes.on) == 0);
		MUST(duct_next(pipes.far, &far) == DUCT_RECORD);
		same(&far, &want);
	}
	return result;
}

static void
end(int feed, enum duct_result result)
{
	struct record r;
	size_t used;

	close(feed);
	if (result != DUCT_BROKEN)
		result = take();
	switch (record_decode(pipes.bytes + pipes.at, pipes.len - pipes.at,
	    &r, &used)) {
	case RECORD_OK:
		MUST(!"all that is whole has come out");
		break;
	case RECORD_BAD:
		MUST(result == DUCT_BROKEN);
		break;
	case RECORD_MORE:
		MUST(result == (pipes.at == pipes.len ? DUCT_CLOSED :
		    DUCT_BROKEN));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	enum duct_result result = DUCT_EMPTY;
	size_t at = 0, portion, step;
	int feed;

	fuzz_ready();
	if (len == 0)
		return 0;
	step = data[0];
	memset(&pipes, 0, sizeof(pipes));
	pipes.bytes = data + 1;
	pipes.len = len - 1;
	open_pipes(&feed);
	for (; at < pipes.len && result == DUCT_EMPTY; at += portion) {
		portion = 1 + step;
		if (portion > pipes.len - at)
			portion = pipes.len - at;
		MUST(write(feed, pipes.bytes + at, portion) ==
		    (ssize_t)portion);
		result = take();
		step = (step * 7 + 3) % 256;
	}
	end(feed, result);
	duct_free(pipes.in);
	duct_free(pipes.on);
	duct_free(pipes.far);
	return 0;
}
