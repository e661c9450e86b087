// SPDX-License-Identifier: Apache-2.0
// bpf(2): its argument is a union of anonymous structures, which Swift imports under generated names.
#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <string.h>

int mb_bpf_load_device_program(const uint64_t *instructions, unsigned count, char *log, unsigned logSize) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    attributes.insns = (uint64_t)instructions;
    attributes.insn_cnt = count;
    attributes.license = (uint64_t) "Apache-2.0";
    attributes.log_buf = (uint64_t)log;
    attributes.log_size = logSize;
    attributes.log_level = log ? 1 : 0;
    // The verifier gives up with EAGAIN where a signal may be pending (do_check of kernel/bpf/verifier.c), which on the way
    // back to user mode is delivered, or found to be none. libbpf asks five times.
    int program = -1;
    for (int attempts = 0; attempts < 16; attempts++) {
        program = mb_bpf(BPF_PROG_LOAD, &attributes, sizeof attributes);
        if (program >= 0 || errno != EAGAIN) break;
    }
    return program;
}

int mb_bpf_attach_device_program(int cgroup, int program, unsigned flags, int replaced) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = cgroup;
    attributes.attach_bpf_fd = program;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    attributes.attach_flags = flags;
    attributes.replace_bpf_fd = replaced;
    return mb_bpf(BPF_PROG_ATTACH, &attributes, sizeof attributes);
}

int mb_bpf_query_device_programs(int cgroup, unsigned *identities, unsigned *count) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.query.target_fd = cgroup;
    attributes.query.attach_type = BPF_CGROUP_DEVICE;
    attributes.query.prog_ids = (uint64_t)identities;
    attributes.query.prog_cnt = *count;
    int result = mb_bpf(BPF_PROG_QUERY, &attributes, sizeof attributes);
    *count = attributes.query.prog_cnt;
    return result;
}

int mb_bpf_open_program(unsigned identity) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_id = identity;
    return mb_bpf(BPF_PROG_GET_FD_BY_ID, &attributes, sizeof attributes);
}

int mb_bpf_detach_device_program(int cgroup, int program) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = cgroup;
    attributes.attach_bpf_fd = program;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    return mb_bpf(BPF_PROG_DETACH, &attributes, sizeof attributes);
}

int mb_bpf_program_instructions(int program, uint64_t *instructions, unsigned *size) {
    struct bpf_prog_info info;
    memset(&info, 0, sizeof info);
    info.xlated_prog_insns = (uint64_t)instructions;
    info.xlated_prog_len = *size;
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.info.bpf_fd = program;
    attributes.info.info_len = sizeof info;
    attributes.info.info = (uint64_t)&info;
    int result = mb_bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes, sizeof attributes);
    // The kernel leaves the place empty for whom it does not show them.
    *size = info.xlated_prog_insns ? info.xlated_prog_len : 0;
    return result;
}
