/*
 * This machine's clock and those of the members of etcd, which tell it with
 * each answer. One is asked after the other, once, before all else. Runs in
 * chat-engine.
 */
#include "server/engine/etcd_clock.h"

#include <curl/curl.h>
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "server/engine/etcd.h"

enum { CONNECT_MS = 400, CALL_MS = 900 };

static int64_t
apart(int64_t a, int64_t b)
{
	return a < b ? b - a : a - b;
}

int64_t
etcd_clock_off_s(const int64_t *dates, size_t n, size_t asked, int64_t now)
{
	size_t i, k, agree;

	for (i = 0; i < n; i++) {
		for (agree = k = 0; k < n; k++)
			agree += apart(dates[i], dates[k]) <= ETCD_CLOCK_S;
		if (2 * agree > asked)
			return apart(dates[i], now) <= ETCD_CLOCK_S ? 0 :
			    now - dates[i];
	}
	return 0;
}

static size_t
on_head(char *line, size_t size, size_t n, void *arg)
{
	static const char date[] = "Date:";
	int64_t *told = arg;
	char text[64];

	(void)size;
	if (n < sizeof(text) && n > strlen(date) && strncasecmp(line, date,
	    strlen(date)) == 0) {
		snprintf(text, sizeof(text), "%.*s",
		    (int)(n - strlen(date)), line + strlen(date));
		*told = (int64_t)curl_getdate(text, NULL);
	}
	return n;
}

static size_t
on_body(char *bytes, size_t size, size_t n, void *arg)
{
	(void)bytes;
	(void)size;
	(void)arg;
	return n;
}

/* What its clock shows; -1: it does not say. */
static int64_t
ask(const struct etcd_config *g, const char *member)
{
	CURL *easy = curl_easy_init();
	int64_t told = -1;
	char url[512];

	if (easy == NULL)
		return -1;
	snprintf(url, sizeof(url), "%s/version", member);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, &told);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)CALL_MS);
	if (g->cert != NULL)
		curl_easy_setopt(easy, CURLOPT_SSLCERT, g->cert);
	if (g->key != NULL)
		curl_easy_setopt(easy, CURLOPT_SSLKEY, g->key);
	if (g->ca != NULL)
		curl_easy_setopt(easy, CURLOPT_CAINFO, g->ca);
	if (curl_easy_perform(easy) != CURLE_OK)
		told = -1;
	curl_easy_cleanup(easy);
	return told;
}

int64_t
etcd_clock_check(const struct etcd_config *g)
{
	int64_t dates[ETCD_CLOCK_MEMBERS], off;
	struct timespec now;
	size_t i, n = 0;

	/* What an answer took is within what is far. */
	for (i = 0; i < g->n && n < ETCD_CLOCK_MEMBERS; i++)
		if ((dates[n] = ask(g, g->members[i])) != -1)
			n++;
	clock_gettime(CLOCK_REALTIME, &now);
	off = etcd_clock_off_s(dates, n, g->n, now.tv_sec);
	if (off != 0)
		warnx("the clock of this machine is %" PRId64 " seconds %s "
		    "those of most members of etcd: set it right, as by ntpd",
		    off < 0 ? -off : off, off < 0 ? "behind" : "ahead of");
	return off;
}
