/*
 * What is asked of etcd and what it answers: keys are of one room alone, and
 * what is no answer says nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "server/engine/etcd_json.h"
#include "tests/with_cmocka.h"

/* What an answer had, "b1=first;". */
static char had[256];

static void
note(void *arg, char sort, uint64_t number, const uint8_t *bytes, size_t len)
{
	(void)arg;
	snprintf(had + strlen(had), sizeof(had) - strlen(had), "%c%llu=%.*s;",
	    sort, (unsigned long long)number, (int)len, (const char *)bytes);
}

static const char *
each(const char *room, const char *text)
{
	const struct etcd_keys k = etcd_keys(room);
	json_t *answer = json_loads(text, 0, NULL);

	had[0] = '\0';
	etcd_each(&k, answer, note, NULL);
	json_decref(answer);
	return had;
}

static bool
asks(char *body, const char *text)
{
	bool has = body != NULL && strstr(body, text) != NULL;

	if (!has)
		print_error("%s\n", body == NULL ? "nothing" : body);
	free(body);
	return has;
}

/* r/a/b/0000000000000001 and r/a/n/02, r/a/log in base64. */
#define BLOCK_1 "ci9hL2IvMDAwMDAwMDAwMDAwMDAwMQ=="
#define NODE_2 "ci9hL24vMDI="
#define LOG "ci9hL2xvZw=="

static void
a_block_is_put_where_its_number_is_free(void **state)
{
	const struct etcd_keys k = etcd_keys("a"), of_path = etcd_keys("a/b");

	(void)state;
	assert_true(asks(etcd_append(&k, 1, (const uint8_t *)"hi", 2),
	    "\"compare\":[{\"key\":\"" BLOCK_1 "\",\"target\":\"CREATE\","
	    "\"result\":\"EQUAL\",\"create_revision\":0},"));
	/* The first one where there is none, another one behind one. */
	assert_true(asks(etcd_append(&k, 1, (const uint8_t *)"hi", 2),
	    "\"create_revision\":0,\"range_end\":\"ci9hL2Iw\"}]"));
	assert_true(asks(etcd_append(&k, 2, (const uint8_t *)"hi", 2),
	    "{\"key\":\"" BLOCK_1 "\",\"target\":\"CREATE\","
	    "\"result\":\"GREATER\",\"create_revision\":0}]"));
	assert_true(asks(etcd_append(&k, 1, (const uint8_t *)"hi", 2),
	    "\"value\":\"aGk=\""));
	/* "r/a\1b/": no key of the room a is one of a/b. */
	assert_true(asks(etcd_fetch(&of_path, 1), "\"key\":\"ci9hAWIvYi8w"));
	assert_true(asks(etcd_keep("7587"), "\"ID\":\"7587\""));
	assert_true(asks(etcd_live(&k, 2, "9", (const uint8_t *)"h:1", 3,
	    false), "\"key\":\"" NODE_2 "\""));
}

static void
what_it_answers_is_taken_from_wherever_it_stands(void **state)
{
	(void)state;
	assert_string_equal(each("a", "{\"kvs\":[{\"key\":\"" BLOCK_1
	    "\",\"value\":\"aGk=\"},{\"key\":\"" NODE_2 "\",\"value\":"
	    "\"aDox\"}]}"), "b1=hi;n2=h:1;");
	assert_string_equal(each("a", "{\"responses\":[{\"response_range\":"
	    "{\"kvs\":[{\"key\":\"" LOG "\",\"value\":\"aGk=\"}]}},"
	    "{\"response_put\":{}}]}"), "l0=hi;");
	assert_string_equal(each("a", "{\"result\":{\"events\":[{\"kv\":"
	    "{\"key\":\"" BLOCK_1 "\",\"value\":\"aGk=\"}}]}}"), "b1=hi;");
	/* An empty value is left out. */
	assert_string_equal(each("a", "{\"kvs\":[{\"key\":\"" BLOCK_1
	    "\"}]}"), "b1=;");
}

static void
the_first_block_of_an_answer_is_told(void **state)
{
	const struct etcd_keys k = etcd_keys("a");
	json_t *some = json_loads("{\"kvs\":[{\"key\":\"" NODE_2 "\"},"
	    "{\"key\":\"" BLOCK_1 "\"}]}", 0, NULL), *none = json_loads(
	    "{\"kvs\":[{\"key\":\"" NODE_2 "\"}]}", 0, NULL);

	(void)state;
	assert_int_equal(etcd_first(&k, some), 1);
	assert_int_equal(etcd_first(&k, none), 0);
	json_decref(some);
	json_decref(none);
	/* What goes is before that one. */
	assert_true(asks(etcd_forget(&k, 1), "\"range_end\":\"" BLOCK_1
	    "\""));
}

static void
what_is_no_answer_says_nothing(void **state)
{
	static const char *const odd[] = { "", "[]", "{}", "{\"kvs\":7}",
		"{\"kvs\":[7,{},{\"key\":7}]}",
		"{\"kvs\":[{\"key\":\"!!\",\"value\":\"aGk=\"}]}",
		/* r/a/b/xyz, r/a/b/, and of another room */
		"{\"kvs\":[{\"key\":\"ci9hL2IveHl6\",\"value\":\"aGk=\"}]}",
		"{\"kvs\":[{\"key\":\"ci9hL2Iv\",\"value\":\"aGk=\"}]}",
		"{\"kvs\":[{\"key\":\"ci9iL2IvMDE=\",\"value\":\"aGk=\"}]}",
		"{\"kvs\":[{\"key\":\"" BLOCK_1 "\",\"value\":\"!\"}]}",
		"{\"result\":{\"events\":[{\"kv\":{}},7]}}",
		"{\"responses\":[7,{\"response_range\":[]}]}" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		assert_string_equal(each("a", odd[i]), "");
}

static void
the_newest_is_counted(void **state)
{
	const struct etcd_keys k = etcd_keys("a");
	json_t *some = json_loads("{\"count\":\"12\"}", 0, NULL),
	    *none = json_loads("{\"header\":{}}", 0, NULL);

	(void)state;
	assert_true(asks(etcd_look(&k, 1), "\"key\":\"" BLOCK_1 "\""));
	assert_true(asks(etcd_look(&k, 1), "\"limit\":1"));
	assert_true(asks(etcd_look(&k, 1), "\"keys_only\":true"));
	assert_int_equal(etcd_count(some), 12);
	assert_int_equal(etcd_count(none), 0);
	assert_int_equal(etcd_count(NULL), 0);
	json_decref(some);
	json_decref(none);
}

static void
assert_lease(const char *text, const char *lease)
{
	json_t *answer = json_loads(text, 0, NULL);
	const char *is = etcd_lease(answer);

	if (lease == NULL)
		assert_null(is);
	else
		assert_string_equal(is, lease);
	json_decref(answer);
}

static void
a_lease_that_is_over_is_none(void **state)
{
	(void)state;
	assert_lease("{\"ID\":\"77\",\"TTL\":\"5\"}", "77");
	assert_lease("{\"result\":{\"ID\":\"77\",\"TTL\":\"5\"}}", "77");
	assert_lease("{\"result\":{\"ID\":\"77\"}}", NULL);
	assert_lease("{\"result\":{\"ID\":\"77\",\"TTL\":\"0\"}}", NULL);
	assert_lease("{\"ID\":77,\"TTL\":5}", NULL);
	assert_lease("7", NULL);
}

static void
a_watch_says_when_it_begins_and_ends(void **state)
{
	json_t *begun = json_loads("{\"result\":{\"created\":true}}", 0, NULL),
	    *ended = json_loads("{\"result\":{\"canceled\":true}}", 0, NULL),
	    *wrong = json_loads("{\"error\":{\"message\":\"no leader\"}}", 0,
	    NULL), *plain = json_loads("{\"error\":\"no space\"}", 0, NULL);

	(void)state;
	assert_true(etcd_created(begun) && !etcd_ended(begun));
	assert_true(etcd_ended(ended) && !etcd_created(ended));
	assert_true(etcd_ended(wrong) && etcd_error(ended) == NULL);
	assert_string_equal(etcd_error(wrong), "no leader");
	assert_string_equal(etcd_error(plain), "no space");
	json_decref(begun);
	json_decref(ended);
	json_decref(wrong);
	json_decref(plain);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_is_put_where_its_number_is_free),
		cmocka_unit_test(
		    what_it_answers_is_taken_from_wherever_it_stands),
		cmocka_unit_test(the_first_block_of_an_answer_is_told),
		cmocka_unit_test(what_is_no_answer_says_nothing),
		cmocka_unit_test(the_newest_is_counted),
		cmocka_unit_test(a_lease_that_is_over_is_none),
		cmocka_unit_test(a_watch_says_when_it_begins_and_ends)
	};

	return tests_run(tests, NULL, NULL);
}
