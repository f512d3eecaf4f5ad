#include "server/deliver.h"

#include "server/curl_library.h"
#include "server/link_local.h"
#include "server/log.h"
#include "server/message.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
    UNDER_WAY_MAX = 64,      /* deliveries at once */
    TRY_TIMEOUT = 10000,     /* ms of a try, by the system's clock (API.md section 9) */
    REPLY_MAX = 1024 * 1024, /* bytes of a receiver's reply that are read, and dropped */
    EVENTS_AT_ONCE = 64
};

struct transfer {
    CURL *easy; /* NULL: this place is free */
    struct arena arena;
    struct callback callback;
    struct curl_slist *headers;
    int64_t seen;     /* bytes of the reply so far */
    bool has_refused; /* an address that callbacks may not go to */
};

struct deliver {
    struct server *server;
    struct store *store;
    const struct settings *settings;
    const struct curl_library *curl; /* NULL until something is to be sent */
    CURLM *multi;
    int epoll, timer;
    int count; /* transfers under way */
    struct transfer transfer[UNDER_WAY_MAX];
};

static void watch(int epoll, int operation, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};

    epoll_ctl(epoll, operation, fd, &event);
}

struct deliver *deliver_start(struct server *server)
{
    struct deliver *d = calloc(1, sizeof *d);

    if (!d)
        return NULL;
    d->server = server;
    d->store = server->store;
    d->settings = server->settings;
    d->epoll = epoll_create1(EPOLL_CLOEXEC);
    d->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (d->epoll >= 0 && d->timer >= 0) {
        watch(d->epoll, EPOLL_CTL_ADD, d->timer, EPOLLIN);
        return d;
    }
    deliver_stop(d);
    return NULL;
}

int deliver_descriptor(const struct deliver *deliver)
{
    return deliver->epoll;
}

/* libcurl tells which sockets it waits for; it never closes one without taking it back first. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known)
{
    struct deliver *d = context;
    uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);

    (void)easy;
    (void)known;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(d->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    watch(d->epoll, EPOLL_CTL_ADD, fd, events);
    watch(d->epoll, EPOLL_CTL_MOD, fd, events);
    return 0;
}

/* ... and when it wants to be called in any case: now is a nanosecond from now. */
static int on_timer(CURLM *multi, long ms, void *context)
{
    struct deliver *d = context;
    struct itimerspec when = {0};

    (void)multi;
    if (ms >= 0) {
        when.it_value.tv_sec = ms / 1000;
        when.it_value.tv_nsec = ms % 1000 * 1000000 + (ms == 0);
    }
    timerfd_settime(d->timer, 0, &when, NULL);
    return 0;
}

static bool load(struct deliver *d, const char **reason)
{
    if (d->multi)
        return true;
    d->curl = curl_library(reason);
    if (!d->curl)
        return false;
    d->multi = d->curl->multi_init();
    if (!d->multi)
        return false;
    d->curl->multi_setopt(d->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    d->curl->multi_setopt(d->multi, CURLMOPT_SOCKETDATA, d);
    d->curl->multi_setopt(d->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    d->curl->multi_setopt(d->multi, CURLMOPT_TIMERDATA, d);
    return true;
}

static size_t on_reply(const char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *t = context;

    (void)bytes;
    t->seen += (int64_t)(size * count);
    return t->seen > REPLY_MAX ? 0 : size * count;
}

static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *t = context;

    (void)purpose;
    t->has_refused = link_local(&address->addr);
    if (t->has_refused)
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Every number is a long: that is what libcurl reads. */
static void set_options(struct deliver *d, struct transfer *t, const struct message *message)
{
    CURLcode (*set)(CURL *, CURLoption, ...) = d->curl->easy_setopt;
    const char *authorities = getenv("SSL_CERT_FILE"); /* as OpenSSL's own programs have it */

    set(t->easy, CURLOPT_URL, t->callback.url);
    set(t->easy, CURLOPT_PRIVATE, t);
    set(t->easy, CURLOPT_POST, 1L);
    set(t->easy, CURLOPT_POSTFIELDS, message->body);
    set(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)message->size);
    set(t->easy, CURLOPT_HTTPHEADER, t->headers);
    set(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    set(t->easy, CURLOPT_TIMEOUT_MS, (long)TRY_TIMEOUT);
    set(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(t->easy, CURLOPT_PROXY, "");
    set(t->easy, CURLOPT_NOSIGNAL, 1L);
    if (authorities && *authorities)
        set(t->easy, CURLOPT_CAINFO, authorities);
    set(t->easy, CURLOPT_WRITEFUNCTION, on_reply);
    set(t->easy, CURLOPT_WRITEDATA, t);
    set(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    set(t->easy, CURLOPT_OPENSOCKETDATA, t);
}

static void let_go(struct deliver *d, struct transfer *t)
{
    if (t->easy) {
        d->curl->multi_remove_handle(d->multi, t->easy);
        d->curl->easy_cleanup(t->easy);
        d->curl->slist_free_all(t->headers);
        d->count--;
    }
    arena_release(&t->arena);
    *t = (struct transfer){0};
}

static void finish(struct deliver *d, struct transfer *t, int64_t status, const char *error)
{
    log_callback(d->settings, &t->callback, status, error);
    outbox_tried(d->store, &t->callback, status, error);
    d->server->stirred = true;
    if (error)
        d->server->metrics.failed++;
    else
        d->server->metrics.delivered++;
    let_go(d, t);
}

/* A callback that was just taken leaves for its receiver. */
static void send_off(struct deliver *d, struct transfer *t)
{
    const char *reason = "the emulator has no memory left for it";
    struct message message;

    if (!load(d, &reason) ||
        message_write(d->store, &t->arena, &t->callback, &message) != ERROR_NONE) {
        finish(d, t, 0, reason);
        return;
    }
    t->easy = d->curl->easy_init();
    if (!t->easy) {
        finish(d, t, 0, reason);
        return;
    }
    d->count++;
    for (const char **line = message.headers; *line; line++)
        t->headers = d->curl->slist_append(t->headers, *line);
    set_options(d, t, &message);
    d->curl->multi_add_handle(d->multi, t->easy);
}

static struct transfer *free_place(struct deliver *d)
{
    for (int i = 0; i < UNDER_WAY_MAX; i++) {
        if (!d->transfer[i].easy)
            return &d->transfer[i];
    }
    return NULL;
}

/* Breaks off what a cancel or a reset of this workspace has overtaken. */
static void break_off(struct deliver *d, const struct workspace *workspace)
{
    for (int i = 0; i < UNDER_WAY_MAX; i++) {
        struct transfer *t = &d->transfer[i];
        if (t->easy && t->callback.workspace == workspace->id &&
            !outbox_is_under_way(d->store, &t->callback))
            let_go(d, t);
    }
}

/* Sends what is due, as long as there are places. A workspace leaves the queue with its last. */
static void send_due(struct deliver *d)
{
    struct workspace *workspace;

    while ((workspace = outbox_next_workspace(d->store))) {
        break_off(d, workspace);
        struct transfer *t = free_place(d);
        if (!t)
            return;
        if (outbox_take(d->store, &t->arena, workspace, &t->callback) == ERROR_NONE &&
            *t->callback.uid)
            send_off(d, t);
        else
            let_go(d, t);
    }
}

/* Why a try failed, in words that do not depend on the moment; NULL: it went well. */
static const char *judge(struct deliver *d, struct transfer *t, CURLcode result, long status)
{
    bool enough = result == CURLE_WRITE_ERROR && t->seen > REPLY_MAX;

    if (t->has_refused)
        return "link-local addresses are refused";
    if (result == CURLE_OPERATION_TIMEDOUT)
        return "no reply within 10 seconds";
    if (result != CURLE_OK && !enough)
        return d->curl->easy_strerror(result);
    if (status < 200 || status > 299)
        return arena_format(&t->arena, "the receiver answered %ld", status);
    return NULL;
}

static void take_results(struct deliver *d)
{
    CURLMsg *message;
    int left;

    while ((message = d->curl->multi_info_read(d->multi, &left))) {
        CURLcode result = message->data.result;
        struct transfer *t = NULL;
        long status = 0;
        if (message->msg != CURLMSG_DONE)
            continue;
        d->curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        d->curl->easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
        finish(d, t, status, judge(d, t, result, status));
    }
}

static void act(struct deliver *d, const struct epoll_event *event)
{
    int mask = 0, running;
    uint64_t rings;

    if (event->data.fd == d->timer) {
        if (read(d->timer, &rings, sizeof rings) == sizeof rings)
            d->curl->multi_socket_action(d->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        return;
    }
    if (event->events & EPOLLIN)
        mask |= CURL_CSELECT_IN;
    if (event->events & EPOLLOUT)
        mask |= CURL_CSELECT_OUT;
    if (event->events & (EPOLLERR | EPOLLHUP))
        mask |= CURL_CSELECT_ERR;
    d->curl->multi_socket_action(d->multi, event->data.fd, mask, &running);
}

void deliver_run(struct deliver *d)
{
    struct epoll_event events[EVENTS_AT_ONCE];

    if (d->count) {
        int ready = epoll_wait(d->epoll, events, EVENTS_AT_ONCE, 0);
        for (int i = 0; i < ready; i++)
            act(d, &events[i]);
        take_results(d);
    }
    send_due(d);
}

void deliver_stop(struct deliver *d)
{
    for (int i = 0; i < UNDER_WAY_MAX; i++)
        let_go(d, &d->transfer[i]);
    if (d->multi)
        d->curl->multi_cleanup(d->multi);
    if (d->curl)
        d->curl->global_cleanup();
    if (d->timer >= 0)
        close(d->timer);
    if (d->epoll >= 0)
        close(d->epoll);
    free(d);
}
