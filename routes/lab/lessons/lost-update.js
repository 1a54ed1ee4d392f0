import { gather, Lock, sleep } from "@tenfold/loop";

function* withdraw(account, amount) {
  const seen = account.balance;
  console.log(`sees ${seen}`);
  yield* sleep(10);
  account.balance = seen - amount;
  console.log(`writes ${account.balance}`);
}

export function* main() {
  const account = { balance: 100, lock: new Lock({ name: "account" }) };
  const tasks = [withdraw(account, 10), withdraw(account, 20)];
  yield* gather(tasks, { name: "withdraw" });
  if (account.balance !== 70) throw new Error(`70 expected, ${account.balance} left`);
}
