const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function withdraw(account, amount) {
  const seen = account.balance;
  console.log(`sees ${seen}`);
  await sleep(10);
  account.balance = seen - amount;
  console.log(`writes ${account.balance}`);
}

async function main() {
  const account = { balance: 100 };
  await Promise.all([withdraw(account, 10), withdraw(account, 20)]);
  if (account.balance !== 70) throw new Error(`70 expected, ${account.balance} left`);
}

main();
