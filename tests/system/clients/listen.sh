#!/usr/bin/env bash
# A client of curl and a shell. Prints each event as type, id and data, each ended by a 0 byte, and
# "closed" when it stops by itself.
id='' retry=3
while :; do
  type='' data='' next=$id end=''
  while IFS= read -r line; do
    line=${line%$'\r'}
    case $line in
      '')
        id=$next
        [ -n "$data" ] && printf '%s\0%s\0%s\0' "${type:-message}" "$id" "${data%$'\n'}"
        type='' data=''
        continue ;;
      ': end '*) end=${line#': end '} ;;
      :*) continue ;;
    esac
    field=${line%%:*} value=${line#"$field"}
    value=${value#:} value=${value# }
    case $field in
      data) data+=$value$'\n' ;;
      event) type=$value ;;
      id) next=$value ;;
      retry) [[ $value =~ ^[0-9]+$ ]] && retry=$(printf '%d.%03d' $((10#$value / 1000)) $((10#$value % 1000))) ;;
    esac
  done < <(curl -sNL -w '\n: end %{http_code} %{content_type}\n' ${id:+-H "Last-Event-ID: $id"} "$1")
  [[ $end =~ ^200\ [Tt]ext/[Ee]vent-[Ss]tream\ *(\;|$) ]] || { printf 'closed'; exit; }
  sleep "$retry"
done
