#!/bin/bash
# The same job with a lock that lives exactly as long as the work.

eval "$(lockkit init bash)"

TF_DIR=${TF_DIR:-/srv/terraform/spot}
LOG_FILE=${LOG_FILE:-/var/log/rotate.log}

log() {
  echo "[$(date '+%F %T')] $1" >>"$LOG_FILE"
}

error_exit() {
  log "error: $1"
  exit 1
}

rotate() {
  cd "$TF_DIR" || error_exit "cannot enter $TF_DIR"

  log "terraform destroy"
  terraform destroy -auto-approve >>"$LOG_FILE" 2>&1 || error_exit "terraform destroy failed"

  log "terraform apply"
  terraform apply -auto-approve >>"$LOG_FILE" 2>&1 || error_exit "terraform apply failed"

  log "rotation done"
}

with_lock -n rotation rotate
